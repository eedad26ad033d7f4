/** The public status is a mapping of what the parts say, not a machine of its own. */
import type { Reason } from '../../core/connection.ts';
import type { LinkState } from '../../core/envelope.ts';
import type { Claim } from '../../core/term.ts';
import { toFailure } from '../reasons.ts';
import type { ConnectionStatus, Degradation, Role, Status } from '../types.ts';

export interface StatusParts {
  readonly life: 'out' | 'joining' | 'in' | 'away';
  /** Why this tab is not in the election. */
  readonly reason: Reason | null;
  readonly hasJoined: boolean;
  readonly solo: boolean;
  readonly leading: boolean;
  readonly standing: boolean;
  readonly leader: Claim | null;
  readonly link: LinkState;
  readonly tabs: readonly string[];
  readonly degraded: readonly Degradation[];
  readonly companion: boolean;
}

export const idleStatus: Status = Object.freeze({
  role: 'none',
  connection: 'idle',
  recovery: 'none',
  term: 0,
  tabs: 0,
  degraded: Object.freeze([]),
});

/** The same object as long as nothing in it changed. */
export function toStatus(before: Status, parts: StatusParts): Status {
  const reason = parts.leader ? parts.link.reason : (parts.reason ?? undefined);
  const next: Status = Object.freeze({
    role: toRole(parts),
    connection: toConnection(parts),
    recovery: parts.companion ? 'log' : 'none',
    term: parts.leader?.term ?? 0,
    tabs: parts.life === 'in' ? Math.max(1, parts.tabs.length) : 0,
    degraded: Object.freeze([...parts.degraded]),
    ...(reason && { reason: Object.freeze({ code: reason.code, message: reason.message }) }),
  });
  return JSON.stringify(next) === JSON.stringify(before) ? before : next;
}

function toRole({ life, solo, leading, leader, standing }: StatusParts): Role {
  if (life === 'joining') return 'electing';
  if (life !== 'in') return 'none';
  if (leading) return solo ? 'solo' : 'leader';
  if (leader) return 'follower';
  return standing ? 'electing' : 'none';
}

function toConnection({ life, reason, hasJoined, leader, link }: StatusParts): ConnectionStatus {
  if (life === 'out') {
    if (reason) return toFailure(reason);
    return hasJoined ? 'closed' : 'idle';
  }
  if (leader) return link.connection === 'idle' ? 'connecting' : link.connection;
  return reason ? toFailure(reason) : 'connecting';
}
