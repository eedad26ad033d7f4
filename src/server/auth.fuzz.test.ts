import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { fed, runs, within } from '../fuzz.fixture.ts';
import { jwt } from './auth.ts';
import { createWorld } from './realtime.fixture.ts';
import { cleanUp, hello, open, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

const secret = 'a secret of thirty-two characters';
const key = new TextEncoder().encode(secret);
const now = 1_000_000_000;
const good = { sub: 'u', iss: 'shop', aud: 'web', iat: now / 1_000, exp: now / 1_000 + 60 };
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (claims: object, header: object = {}, by: Uint8Array = key): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', ...header }).sign(by);
/** What the signing library would refuse to sign. */
function byHand(header: object, claims: object): string {
  const content = `${base64(header)}.${base64(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
const without = (claim: keyof typeof good): object =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== claim));

/** What the companion answers, and all that was logged meanwhile. */
async function knock(token: unknown, options = { secret, algorithms: ['HS256'], issuer: 'shop', audience: 'web' }) {
  const logged: unknown[] = [];
  const log = (...said: unknown[]): void => void logged.push(...said);
  const { clock, realtime } = createWorld({ authenticate: jwt(options), logger: { warn: log, error: log } });
  clock.step(now - clock.wall());
  const answer = await realtime.admit(hello(token as string), 's');
  return { answer, logged };
}

/** One line with the code, and in a few words why; nothing of the token. */
function checkLogged(logged: readonly unknown[], token: unknown, code = 'unauthorized'): void {
  const [line, detail = '', ...more] = logged;
  expect(more).toEqual([]);
  expect(line).toMatch(new RegExp(`^A token was refused \\(${code}\\): `));
  expect(typeof detail).toBe('string');
  expect(String(detail).length).toBeLessThan(200);
  const secrets = typeof token === 'string' ? token.split('.').filter((part) => part.length > 8) : [];
  for (const part of secrets) expect(`${String(line)}${String(detail)}`).not.toContain(part);
}

const invalid = { ok: false, code: 'unauthorized', message: 'The token is not valid' };
const missing = { ok: false, code: 'unauthorized', message: 'A token is required' };

describe('a token', () => {
  it('that is right lets in', async () => {
    expect((await knock(await signed(good))).answer).toMatchObject({ ok: true });
  });

  it.each<[string, () => unknown, object]>([
    ['no algorithm', () => `${base64({ alg: 'none' })}.${base64(good)}.`, invalid],
    ['no algorithm, written otherwise', () => `${base64({ alg: 'NoNe' })}.${base64(good)}.`, invalid],
    ['no algorithm and a signature', () => `${base64({ alg: 'none' })}.${base64(good)}.${'a'.repeat(43)}`, invalid],
    ['an algorithm not asked for', () => signed(good, { alg: 'HS512' }), invalid],
    ['another secret', () => signed(good, {}, new TextEncoder().encode('another secret of that length...')), invalid],
    ['another issuer', () => signed({ ...good, iss: 'else' }), invalid],
    ['no issuer', () => signed(without('iss')), invalid],
    ['another audience', () => signed({ ...good, aud: 'app' }), invalid],
    ['no audience', () => signed(without('aud')), invalid],
    ['a beginning in the future', () => signed({ ...good, nbf: now / 1_000 + 60 }), invalid],
    ['a beginning that is no number', () => signed({ ...good, nbf: 'now' as unknown as number }), invalid],
    [
      'an end in the past',
      () => signed({ ...good, exp: now / 1_000 }),
      { ok: false, code: 'token_expired', message: 'The token has expired' },
    ],
    ['an end that is no number', () => signed({ ...good, exp: '9e99' as unknown as number }), invalid],
    ['no end', () => signed(without('exp')), invalid],
    [
      'no user',
      () => signed(without('sub')),
      { ok: false, code: 'unauthorized', message: 'The token names no user: it needs sub or userId' },
    ],
    ['a critical extension', () => byHand({ alg: 'HS256', crit: ['x'], x: 1 }, good), invalid],
    ['a payload not encoded', () => byHand({ alg: 'HS256', crit: ['b64'], b64: false }, good), invalid],
    [
      'a key of its own',
      () =>
        signed(
          good,
          { jwk: { kty: 'oct', k: base64(secret) }, jku: 'http://127.0.0.1:1/' },
          Buffer.from('x'.repeat(32)),
        ),
      invalid,
    ],
    ['more than 16 kB', () => signed({ ...good, more: 'x'.repeat(16_384) }), missing],
    ['megabytes', () => 'x'.repeat(5_000_000), missing],
    ['no text', () => ({ toString: () => 'x' }), missing],
    ['nothing', () => undefined, missing],
  ])('[P8] with %s is refused in the same words; the log says why', async (_, make, refusal) => {
    const token = await make();
    const { answer, logged } = await knock(token);
    expect(answer).toEqual(refusal);
    checkLogged(logged, token, (refusal as { readonly code: string }).code);
    fed('tokens');
  });

  it(
    '[P8] signed with the public key as a shared secret is refused',
    async () => {
      const { publicKey } = await generateKeyPair('RS256');
      const options = { publicKey, algorithms: ['RS256'], issuer: 'shop', audience: 'web' };
      const spki = new TextEncoder().encode(await exportSPKI(publicKey));
      const token = await signed(good, {}, spki);
      const { answer, logged } = await knock(token, options as never);
      expect(answer).toEqual(invalid);
      checkLogged(logged, token);
    },
    within,
  );

  it('may be without an end where the app says so', async () => {
    const authenticate = jwt({ secret, algorithms: ['HS256'], endless: true });
    expect(await authenticate(await signed(without('exp')), { auth: {}, now })).toEqual({ userId: 'u' });
  });

  it('[P8] is taken from the handshake only', async () => {
    const { url } = await start();
    const token = await sign('u1');
    const headers = { authorization: `Bearer ${token}`, cookie: `token=${token}` };
    const client = open(`${url}?token=${token}&auth=${token}`, hello(''), headers);
    expect(await client.packet('(refused)')).toMatchObject({ code: 'unauthorized' });
  });

  it(
    '[P8] of any shape is refused as a token, never as a fault of ours',
    async () => {
      const whole = await signed(good);
      const [head = '', body = '', tail = ''] = whole.split('.');
      const part = fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(head, body, tail, '', 'e30', 'bnVsbA', 'W10', '=', '%00'),
        fc.anything({ maxDepth: 2 }).map((value) => Buffer.from(String(JSON.stringify(value))).toString('base64url')),
      );
      const token = fc.oneof(
        fc.anything({ maxDepth: 1 }),
        fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.')),
        fc
          .tuple(fc.nat(whole.length - 2), fc.string({ minLength: 1, maxLength: 1 }))
          .map(([at, char]) => whole.slice(0, at) + char + whole.slice(at + 1)),
      );
      await fc.assert(
        fc.asyncProperty(token, async (bad) => {
          fc.pre(bad !== whole);
          fed('tokens');
          const { answer, logged } = await knock(bad);
          expect(answer).toMatchObject({ ok: false, code: 'unauthorized' });
          checkLogged(logged, bad);
        }),
        runs(300),
      );
    },
    within,
  );
});

describe('the keys of an issuer that can not be had', () => {
  it.each([
    ['an error', 503, ''],
    ['something else than JSON', 200, '<html>'],
    ['something else than keys', 200, '{"keys":5}'],
  ])(
    'are no fault of the token: the server answers with %s',
    async (_, status, text) => {
      const http = createServer((_request, response) => response.writeHead(status).end(text));
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
      const authenticate = jwt({ jwks: url, algorithms: ['RS256'] });
      const { privateKey } = await generateKeyPair('RS256');
      const token = await new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey);
      await expect(authenticate(token, { auth: {}, now })).rejects.toMatchObject({ code: 'unavailable' });
      await new Promise((resolve) => http.close(resolve));
    },
    within,
  );
});
