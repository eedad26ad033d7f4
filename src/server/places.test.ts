import { describe, expect, it } from 'vitest';
import type { Cursor } from '../protocol/cursor.ts';
import { parsePosition } from '../protocol/position.ts';
import { createPositionTeller } from './places.ts';

describe('the position of a connection', () => {
  const places = new Map<string, Cursor>([['all', { epoch: 'e', id: 1 }]]);
  let streams = ['all'];
  const position = createPositionTeller(
    () => streams,
    (stream) => places.get(stream) ?? null,
  );
  const told = () => ({ ...parsePosition(position()) });

  it('[P2] follows each move, each stream that comes and each that goes', () => {
    expect(told()).toEqual({ all: { epoch: 'e', id: 1 } });
    places.set('all', { epoch: 'e', id: 2 });
    expect(told()).toEqual({ all: { epoch: 'e', id: 2 } });
    expect(told()).toEqual({ all: { epoch: 'e', id: 2 } });
    places.set('room:a', { epoch: 'f', id: 7 });
    streams = ['room:a'];
    expect(told()).toEqual({ 'room:a': { epoch: 'f', id: 7 } });
    streams = ['room:a', 'all', 'room:unknown'];
    expect(told()).toEqual({ all: { epoch: 'e', id: 2 }, 'room:a': { epoch: 'f', id: 7 } });
    streams = [];
    expect(told()).toEqual({});
  });
});
