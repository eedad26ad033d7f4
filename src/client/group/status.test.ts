import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../core/envelope.ts';
import type { ConnectionStatus, Role } from '../types.ts';
import { idleStatus, type StatusParts, toStatus } from './status.ts';

const link: LinkState = { connection: 'connected', serial: 1, recovered: true };
const parts: StatusParts = {
  life: 'in',
  reason: null,
  hasJoined: true,
  solo: false,
  leading: false,
  standing: true,
  leader: { term: 7, tab: 'a' },
  link,
  tabs: ['a', 'b'],
  degraded: ['no-locks'],
  companion: true,
};
const of = (change: Partial<StatusParts>) => toStatus(idleStatus, { ...parts, ...change });
const reason = { code: 'auth_failed', message: 'm' };
type Life = StatusParts['life'];

describe('the public status', () => {
  it('[P9] is one frozen object until something in it changes', () => {
    const first = of({});
    expect(Object.isFrozen(first) && Object.isFrozen(first.degraded)).toBe(true);
    expect(toStatus(first, { ...parts, link: { ...link, serial: 2 } })).toBe(first);
    expect(toStatus(first, { ...parts, tabs: ['a', 'c'] })).toBe(first);
    expect(toStatus(first, { ...parts, tabs: ['a'] })).not.toBe(first);
    expect(first).toEqual({
      role: 'follower',
      connection: 'connected',
      recovery: 'log',
      term: 7,
      tabs: 2,
      degraded: ['no-locks'],
    });
  });

  const roles: Record<Life, Record<'leading' | 'solo' | 'following' | 'standing' | 'out of it', Role>> = {
    out: { leading: 'none', solo: 'none', following: 'none', standing: 'none', 'out of it': 'none' },
    joining: {
      leading: 'electing',
      solo: 'electing',
      following: 'electing',
      standing: 'electing',
      'out of it': 'electing',
    },
    in: { leading: 'leader', solo: 'solo', following: 'follower', standing: 'electing', 'out of it': 'none' },
    away: { leading: 'none', solo: 'none', following: 'none', standing: 'none', 'out of it': 'none' },
  };
  it.each(Object.entries(roles))('[P9] names the role, %s of the group: %o', (life, row) => {
    const at = (change: Partial<StatusParts>) => of({ ...change, life: life as Life }).role;
    expect({
      leading: at({ leading: true }),
      solo: at({ leading: true, solo: true }),
      following: at({}),
      standing: at({ leader: null }),
      'out of it': at({ leader: null, standing: false }),
    }).toEqual(row);
  });

  const seen: Record<LinkState['connection'], ConnectionStatus> = {
    idle: 'connecting',
    connecting: 'connecting',
    syncing: 'syncing',
    connected: 'connected',
    waiting: 'waiting',
    'signed-out': 'signed-out',
    failed: 'failed',
  };
  it.each(Object.entries(seen))("[P9] mirrors the leader's connection: %s as %s", (connection, expected) => {
    const linked = { ...link, connection: connection as LinkState['connection'], reason };
    expect(of({ link: linked })).toMatchObject({ connection: expected, reason });
    // While somebody leads, it is that leader's word that counts.
    expect(of({ link: linked, reason: { code: 'signed_out', message: '' } }).reason).toEqual(reason);
  });

  it.each<[string, Partial<StatusParts>, ConnectionStatus]>([
    ['never used', { life: 'out', hasJoined: false }, 'idle'],
    ['left', { life: 'out' }, 'closed'],
    ['signed out', { life: 'out', reason: { code: 'signed_out', message: '' } }, 'signed-out'],
    ['refused for good', { life: 'out', reason: { code: 'session_replaced', message: '' } }, 'failed'],
    ['failed for now', { life: 'out', reason }, 'waiting'],
    ['without a leader', {}, 'connecting'],
    ['without a leader, and out of the election', { reason }, 'waiting'],
  ])('[P9] without anybody to mirror, %s: %s %s', (_, change, connection) => {
    expect(of({ leader: null, ...change })).toMatchObject({ connection, term: 0 });
  });

  it('[P9] says what a plain server can not recover, and counts itself', () => {
    expect(of({ companion: false }).recovery).toBe('none');
    expect([of({ tabs: [] }).tabs, of({ life: 'out' }).tabs]).toEqual([1, 0]);
  });
});
