import { describe, expect, it } from 'vitest';
import { limits } from '../protocol/limits.ts';
import { createRooms } from './rooms.ts';

describe('the rooms of a user', () => {
  it('[P2] never makes more streams than a client accepts in its greeting', () => {
    const rooms = createRooms();
    for (let i = 0; i < limits.streams - limits.channels - 3; i += 1) expect(rooms.join('u', `r${i}`)).toBe(true);
    expect(() => rooms.join('u', 'one more')).toThrow(RangeError);
    expect(rooms.streamsOf({ userId: 'u', shopId: 's' })).toHaveLength(limits.streams - limits.channels);
    expect(rooms.join('u', 'r0')).toBe(false);
    expect(rooms.leave('u', 'r0')).toBe(true);
    expect(rooms.join('u', 'one more')).toBe(true);
  });
});
