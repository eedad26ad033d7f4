import { describe, expect, it } from 'vitest';
import { createEmitter } from './emitter.ts';

function open() {
  const reported: unknown[] = [];
  const heard: string[] = [];
  const emitter = createEmitter((error) => reported.push(error));
  const listener = (name: string) => (): void => void heard.push(name);
  return { emitter, reported, heard, listener };
}

describe('the emitter', () => {
  it('[P7] reports a listener that throws, and runs the others', () => {
    const { emitter, reported, heard, listener } = open();
    const error = new Error('mine');
    emitter.on('e', listener('first'));
    emitter.on('e', () => {
      throw error;
    });
    emitter.on('e', listener('last'));
    expect(emitter.emit('e', [])).toBe(true);
    expect(heard).toEqual(['first', 'last']);
    expect(reported).toEqual([error]);
  });

  it('is not disturbed by listeners that come and go while it runs', () => {
    const { emitter, heard, listener } = open();
    const off = [
      emitter.on('e', () => {
        heard.push('first');
        for (const undo of off) undo();
        emitter.on('e', listener('new'));
      }),
      emitter.on('e', listener('second')),
    ];
    emitter.emit('e', []);
    expect(heard).toEqual(['first', 'second']);
    emitter.emit('e', []);
    expect(heard).toEqual(['first', 'second', 'new']);
  });

  it('an undo takes away its own entry only, however often it is called', () => {
    const { emitter, heard, listener } = open();
    const same = listener('same');
    const off = emitter.on('e', same);
    emitter.on('e', same);
    off();
    off();
    emitter.emit('e', []);
    expect(heard).toEqual(['same']);
    emitter.off('e', same);
    expect(emitter.emit('e', [])).toBe(false);
  });

  it('runs once what asked for once, also when it throws', () => {
    const { emitter, reported } = open();
    emitter.on(
      'e',
      () => {
        throw new Error('once');
      },
      true,
    );
    emitter.emit('e', []);
    expect(emitter.emit('e', [])).toBe(false);
    expect(reported).toHaveLength(1);
  });

  it('takes away one listener, one name, or all', () => {
    const { emitter, heard, listener } = open();
    const a = listener('a');
    emitter.on('e', a);
    emitter.on('e', listener('b'));
    emitter.on('f', listener('f'));
    emitter.off('e', a);
    emitter.emit('e', []);
    emitter.off('e');
    expect(emitter.emit('e', [])).toBe(false);
    expect(emitter.emit('f', [])).toBe(true);
    emitter.off();
    expect(emitter.emit('f', [])).toBe(false);
    expect(heard).toEqual(['b', 'f']);
  });

  it('puts a listener before the others, and lists them in the order in which they run', () => {
    const { emitter, heard, listener } = open();
    const [a, b, c] = [listener('a'), listener('b'), listener('c')] as const;
    emitter.on('e', a);
    emitter.on('e', b, true);
    emitter.on('e', c, false, true);
    expect(emitter.listeners('e')).toEqual([c, a, b]);
    emitter.emit('e', []);
    expect(heard).toEqual(['c', 'a', 'b']);
    emitter.listeners('e').pop();
    expect([emitter.listeners('e'), emitter.listeners('f')]).toEqual([[c, a], []]);
  });

  it('takes away one of two equal entries at a time, as in socket.io-client', () => {
    const { emitter, heard, listener } = open();
    const same = listener('same');
    emitter.on('e', same);
    emitter.on('e', same);
    emitter.off('e', same);
    emitter.emit('e', []);
    expect(heard).toEqual(['same']);
  });

  it('gives listeners the owner as `this`', () => {
    const owner = {};
    const seen: unknown[] = [];
    const emitter = createEmitter(
      () => {},
      () => owner,
    );
    emitter.on('e', function (this: unknown) {
      seen.push(this);
    });
    emitter.emit('e', []);
    expect(seen).toEqual([owner]);
  });

  it('[P8] takes any name, and passes the very arguments', () => {
    const { emitter } = open();
    const got: unknown[][] = [];
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      expect(emitter.emit(name, [])).toBe(false);
      emitter.on(name, (...args: unknown[]) => void got.push(args));
      emitter.emit(name, [name, got]);
    }
    expect(got.map(([name]) => name)).toEqual(['__proto__', 'constructor', 'toString', '']);
    expect(got[0]?.[1]).toBe(got);
  });
});
