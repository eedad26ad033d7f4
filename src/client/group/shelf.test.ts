import { describe, expect, it } from 'vitest';
import { createStore } from '../ports.fixture.ts';
import { createShelf } from './shelf.ts';

function open() {
  const store = createStore();
  const world = { mark: 'm1' as string | null, ended: false };
  const shelf = createShelf(store, 'g:kept:', () => (world.ended ? null : { mark: world.mark }));
  return { store, world, shelf };
}

describe('the shelf of a group', () => {
  it('keeps what it is given, changes and removes it', async () => {
    const { store, shelf } = open();
    await shelf.update('a', () => 1);
    await shelf.update('a', (old) => (old as number) + 1);
    expect([await shelf.get('a'), await shelf.get('b'), [...store.kept.keys()]]).toEqual([2, undefined, ['g:kept:a']]);
    await shelf.remove('a');
    expect(store.kept.size).toBe(0);
  });

  it('[P6] has nothing of an earlier sign-in, also where that had no time to wipe', async () => {
    const { world, shelf } = open();
    await shelf.update('a', () => 1);
    world.mark = 'm2';
    expect(await shelf.get('a')).toBeUndefined();
    await shelf.update('a', (old) => [old]);
    expect(await shelf.get('a')).toEqual([undefined]);
  });

  it('[P6] finds and writes nothing once the sign-in ended, between a call and its transaction too', async () => {
    const { store, world, shelf } = open();
    await shelf.update('a', () => 1);
    store.before = () => {
      world.ended = true;
    };
    await shelf.update('b', () => 2);
    expect([await shelf.get('a'), store.kept.get('g:kept:b')]).toEqual([undefined, undefined]);
  });

  it('works where no mark can be written', async () => {
    const { world, shelf } = open();
    world.mark = null;
    await shelf.update('a', () => 1);
    expect(await shelf.get('a')).toBe(1);
  });

  it('[P8] takes nothing for a record that is none', async () => {
    const { store, shelf } = open();
    for (const junk of [1, 'junk', null, [], { value: 1 }]) {
      store.kept.set('g:kept:a', junk);
      expect(await shelf.get('a')).toBeUndefined();
    }
  });
});
