/** What an app gets wrong by a slip of the pen is said at once, and what clients get wrong is said in its log. */
import { afterEach, describe, expect, it } from 'vitest';
import { AuthError, jwt, memoryLog } from './index.ts';
import { createWorld } from './realtime.fixture.ts';
import type { Target } from './router.ts';
import { cleanUp, hello, open, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

describe('an option that there is not', () => {
  it.each([
    ['attachRealtime(): there is no option "orgins". There are authenticate,', { orgins: [] }],
    ['attachRealtime() limits: there is no option "command". There are commands, syncs,', { limits: { command: {} } }],
    ['attachRealtime() strangers: there is no option "ms"', { strangers: { ms: 1 } }],
  ])('%s', async (message, options) => {
    await expect(start(options as object)).rejects.toThrow(message);
    await expect(start(options as object)).rejects.toMatchObject({ code: 'unknown_option' });
  });

  it('of jwt() and memoryLog() too: a check that is left out would let everybody in', () => {
    const options = { secret: 's', algorithms: ['HS256'], audiance: 'me' };
    expect(() => jwt(options)).toThrow('jwt(): there is no option "audiance". There are secret, publicKey,');
    expect(() => memoryLog({ ttl: 1 } as object)).toThrow('memoryLog(): there is no option "ttl"');
  });
});

describe('a target that there is not', () => {
  it.each([
    ['"everybody"', 'everybody'],
    ['an object with usr', { usr: 'u' }],
    ['an object with user, room', { user: 'u', room: 'r' }],
    ['an object with nothing', null],
  ])('%s', (given, target) => {
    const { realtime } = createWorld();
    const message = `There is no target like ${given}: give 'all', or one of { user }, { users }, { room }, { channel }`;
    expect(() => realtime.to(target as unknown as 'all')).toThrow(message);
    expect(() => realtime.throttled(target as Exclude<Target, object>, 'tick', { everyMs: 1_000 })).toThrow(message);
  });
});

describe('who is refused is said in the log', () => {
  function listen(options: Parameters<typeof createWorld>[0] = {}) {
    const lines: unknown[][] = [];
    const logger = { warn: (...line: unknown[]) => void lines.push(line), error: () => {} };
    return { lines, ...createWorld({ logger, ...options }) };
  }

  it('a token, with the reason that the client is not told', async () => {
    const cause = new Error('signature');
    const { lines, enter } = listen({
      authenticate: () => {
        throw new AuthError('unauthorized', 'The token is not valid', { cause });
      },
    });
    await enter('u');
    expect(lines).toEqual([['A token was refused (unauthorized): The token is not valid', 'signature']]);
  });

  it('[P8] once in 10 s for each code, and how many more there were', async () => {
    const { lines, enter, clock } = listen({ authenticate: () => ({ userId: '' }) });
    for (const client of ['a', 'b', 'c']) await enter('u', { client });
    await enter('u', { onesocket: 99 });
    await clock.advance(10_000);
    await enter('u');
    const said = 'A token was refused (unauthorized): The token names no usable user';
    expect(lines.map(([line]) => line)).toEqual([
      said,
      'A connection was refused (unsupported_version): This server speaks version 1 of the protocol',
      `${said} (and 2 more since the last such line)`,
    ]);
  });

  it.each([
    ['the option `channels` has no such channel', 'channel:none'],
    ['its `filters` don\'t name "level"', 'channel:logs?level=error'],
    ['its `allow` said no', 'channel:secret'],
  ])('a channel: %s', async (why, stream) => {
    const { lines, enter } = listen({ channels: { logs: {}, secret: { allow: () => false } } });
    const { peer } = await enter('u');
    expect(await peer.ask('subscribe', { streams: { [stream]: null } })).toMatchObject({ streams: {} });
    expect(lines.map(([line]) => line)).toEqual([`"u" may not be in "${stream}": ${why}`]);
  });

  it('an origin', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line), error: () => {} };
    const { url } = await start({ origins: ['https://ours'], logger });
    const client = open(url, hello(await sign('u')), { origin: 'https://theirs' });
    await client.packet('(refused)');
    expect(lines).toEqual(['The origin "https://theirs" is not in `origins`']);
  });
});
