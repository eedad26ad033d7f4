import { afterEach, describe, expect, it } from 'vitest';
import { isClean } from './clean.ts';
import { cleanUp, hello, open, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

const parse = (json: string): unknown => JSON.parse(json);
const nested = (depth: number): unknown => parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe("a command's arguments", () => {
  it.each([
    ['{"a":{"b":[1,"x",null]}}', true],
    ['{"constructor":"Ferrari"}', true],
    ['{"prototype":{"a":1}}', true],
    ['{"__proto__":{"admin":true}}', false],
    ['{"a":[{"__proto__":null}]}', false],
    ['{"constructor":{"prototype":{"admin":true}}}', false],
  ])('%s: %s', (json, expected) => {
    expect(isClean(parse(json))).toBe(expected);
  });

  it('are bounded in depth, and may hold binary', () => {
    expect([isClean(nested(60)), isClean(nested(70))]).toEqual([true, false]);
    expect(isClean({ pdf: Buffer.from('x'), raw: new ArrayBuffer(2) })).toBe(true);
  });

  it('[P8] that would change what they are merged into reach no handler', async () => {
    const { url, realtime } = await start();
    const seen: unknown[] = [];
    realtime.onCommand('save', (data) => {
      seen.push(Object.assign({}, data));
    });
    const client = open(url, hello(await sign('u1')));
    const { time } = await client.packet('authenticated');
    const send = (id: string, args: unknown[]) =>
      client.socket.emitWithAck('command', { id, name: 'save', args, sentAt: time });
    const evil = [parse('{"__proto__":{"admin":true}}')];
    expect(await send('1', evil)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(await send('2', [{ fine: 1 }])).toMatchObject({ ok: true });
    expect(seen).toEqual([{ fine: 1 }]);
  });
});
