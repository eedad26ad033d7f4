import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChannel, parseChannel, toChannelStream } from './channel.ts';
import { limits } from './limits.ts';

const value = fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean());
const filter = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.oneof(value, fc.array(value, { minLength: 1 })),
  {
    maxKeys: 4,
  },
);

describe('the name of a channel', () => {
  it('says a filter in one form, whatever the order in which it was written', () => {
    expect(toChannelStream('logs')).toBe('channel:logs');
    expect(toChannelStream('logs', {})).toBe('channel:logs');
    expect(toChannelStream('logs', { level: 'error' })).toBe('channel:logs?level=error');
    const form = 'channel:logs?level=error,warn&service=a%20b%26c';
    expect(toChannelStream('logs', { service: 'a b&c', level: ['warn', 'error', 'warn'] })).toBe(form);
    expect(toChannelStream('logs', { level: ['error', 'warn'], service: ['a b&c'], context: undefined })).toBe(form);
    expect(toChannelStream('logs', { code: 5, open: true })).toBe(
      toChannelStream('logs', { open: 'true', code: ['5'] }),
    );
  });

  it('[P8] has a bound, and no form for what is not a value', () => {
    const long = 'x'.repeat(limits.name);
    const many = Array.from({ length: 10_000 }, (_, n) => n);
    const bad = [
      null,
      [],
      'level',
      { level: null },
      { level: {} },
      { level: [] },
      { level: /e/ },
      { level: [['deep']] },
    ];
    for (const filter of [...bad, { '': 1 }, { level: long }, { level: many }, { level: Number.NaN }]) {
      expect(toChannelStream('logs', filter)).toBeNull();
    }
    for (const name of ['', 'a?b', long, 5, null]) expect(toChannelStream(name)).toBeNull();
  });

  it('[P8] is read back as it was meant, and only in its one form', () => {
    fc.assert(
      fc.property(filter, fc.string(), (fields, other) => {
        const stream = toChannelStream('logs', fields);
        if (stream === null) return;
        expect(isChannel(stream)).toBe(true);
        const read = parseChannel(stream);
        expect(read).toMatchObject({ name: 'logs', log: 'channel:logs' });
        const again = Object.fromEntries([...(read?.filter ?? [])].map(([key, values]) => [key, [...values]]));
        expect(toChannelStream('logs', again)).toBe(stream);
        expect([...(read?.filter.keys() ?? [])].length).toBe(Object.keys(fields).length);
        const odd = parseChannel(`channel:logs?${other}`);
        if (odd) expect(toChannelStream('logs', toFilter(odd.filter))).toBe(`channel:logs?${other}`);
      }),
    );
    const notCanonical = [
      'b=1&a=1',
      'a=2,1',
      'a=1,1',
      'a=1&a=2',
      'a',
      'a=1&',
      'a=%zz',
      'a=b=c',
      '',
      'a=a b',
      'a=1?b=2',
    ];
    for (const query of notCanonical) expect(parseChannel(`channel:logs?${query}`)).toBeNull();
    for (const stream of ['channel:', 'room:logs', 'user:channel:logs', 'logs'])
      expect(parseChannel(stream)).toBeNull();
    expect(parseChannel('channel:logs?__proto__=1')?.filter.get('__proto__')).toEqual(new Set(['1']));
  });
});

const toFilter = (map: ReadonlyMap<string, ReadonlySet<string>>) =>
  Object.fromEntries([...map].map(([key, values]) => [key, [...values]]));
