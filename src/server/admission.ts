/** Who may connect: handshake, token, fencing. Ends before anything is joined. */

import { isChannel } from '../protocol/channel.ts';
import type { Code } from '../protocol/codes.ts';
import { limits, protocolVersion } from '../protocol/limits.ts';
import type { Handshake } from '../protocol/messages.ts';
import { isName, parseHandshake, toFields } from '../protocol/parse.ts';
import type { Channels } from './channels.ts';
import type { Counters } from './diagnostics.ts';
import { AuthError } from './errors.ts';
import { type AuthContext, type Authenticate, type Identity, toToken } from './identity.ts';
import { userStream } from './names.ts';
import { askedIn, type Start, toStart } from './places.ts';
import type { Clock, Logger } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Claim, Registry, SessionsPolicy } from './registry.ts';
import type { Rooms } from './rooms.ts';
import type { SharedLog } from './shared-reads.ts';
import { within } from './within.ts';

/** What `connect_error` carries in `data`. */
export interface Refusal {
  readonly ok: false;
  readonly code: Code;
  readonly message: string;
  /** With `stale_term`: the highest term known. */
  readonly term?: number;
}

export interface Admitted {
  readonly ok: true;
  readonly claim: Claim;
  /** `null`: the client doesn't speak the protocol and gets plain events. */
  readonly handshake: Handshake | null;
  readonly starts: ReadonlyMap<string, Start>;
}

interface AdmissionOptions {
  readonly clock: Clock;
  readonly log: SharedLog;
  readonly registry: Registry;
  readonly rooms: Rooms;
  readonly syncRooms: (userId: string) => Promise<void>;
  readonly channels: Channels;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly refusals: RefusalLog;
  readonly authenticate: Authenticate | undefined;
  readonly sessions: SessionsPolicy;
  readonly maxReplay: number;
  readonly authTimeoutMs: number;
  /** False: the user has as many connections on this node as may be. */
  readonly hasRoom: (claim: Claim) => boolean;
  /** In the turn in which the claim was granted; names, by session id, the connections that it ends. */
  readonly onGranted: (claim: Claim, superseded: string | null, replaced: readonly string[]) => void;
}

export interface Admission {
  /** Never rejects. `socketId` names a client that doesn't name itself. */
  admit(auth: unknown, socketId: string): Promise<Admitted | Refusal>;
  identify(token: unknown, auth: AuthContext['auth']): Promise<Identity | Refusal>;
}

const anonymous: Identity = { userId: 'anonymous' };

export function createAdmission(options: AdmissionOptions): Admission {
  const { clock, log, registry, rooms, channels, counters, logger, authenticate, sessions, maxReplay, authTimeoutMs } =
    options;

  function refuseToken(code: Code, message: string, detail?: unknown): Refusal {
    options.refusals(code, `A token was refused (${code}): ${message}`, detail);
    return refuse(code, message);
  }

  function refuseClient(code: Code, message: string): Refusal {
    options.refusals(code, `A connection was refused (${code}): ${message}`);
    return refuse(code, message);
  }

  async function identify(token: unknown, auth: AuthContext['auth']): Promise<Identity | Refusal> {
    if (!authenticate) return anonymous;
    const late = new AuthError('unavailable', `The token could not be checked within ${authTimeoutMs} ms`);
    const checked = (async () => authenticate(toToken(token), { auth, now: clock.wall() }))();
    try {
      const identity = await within(clock, authTimeoutMs, checked, late);
      if (!isName(identity?.userId) || !isName(`user:${identity.userId}`)) {
        return refuseToken('unauthorized', 'The token names no usable user');
      }
      const objection = rooms.objectionTo(identity);
      if (objection !== null) {
        logger.error(`"${identity.userId}" can't connect: ${objection}`);
        return refuse('unauthorized', 'The token names more than a connection can hold');
      }
      const { expiresAt } = identity;
      if (expiresAt !== undefined && expiresAt <= clock.wall())
        return refuseToken('token_expired', 'The token has expired');
      return identity;
    } catch (error) {
      if (error instanceof AuthError) return refuseToken(error.code, error.message, toWords(error.cause));
      return refuseToken('unauthorized', 'Not signed in', error);
    }
  }

  async function toStarts(claim: Claim, handshake: Handshake | null): Promise<ReadonlyMap<string, Start>> {
    const own = userStream(claim.userId);
    const starts = new Map<string, Start>();
    const joined = Object.keys(handshake?.cursors ?? {})
      .filter(isChannel)
      .slice(0, limits.channels);
    const permitted = await Promise.all(joined.map((stream) => channels.permits(claim, stream)));
    for (const stream of [...rooms.streamsOf(claim), ...joined.filter((_, index) => permitted[index])]) {
      starts.set(stream, await toStart(log, stream, askedIn(handshake, stream, own), maxReplay));
    }
    return starts;
  }

  async function admitUncounted(auth: unknown, socketId: string): Promise<Admitted | Refusal> {
    const fields = toFields(auth) ?? {};
    const version = fields.onesocket;
    const handshake = parseHandshake(fields);
    if (version !== undefined && !handshake) {
      if (version === protocolVersion) return refuseClient('bad_handshake', 'The handshake is malformed');
      return refuseClient('unsupported_version', `This server speaks version ${protocolVersion} of the protocol`);
    }
    const identity = await identify(fields.token, fields);
    if ('ok' in identity) return identity;
    const { userId } = identity;
    if (handshake?.user !== undefined && handshake.user !== userId) {
      return refuseClient('wrong_user', 'The token belongs to another user');
    }
    const asker = toClaim(identity, handshake, socketId);
    await options.syncRooms(userId);
    const starts = await toStarts(asker, handshake);
    const lastEventId = starts.get(userStream(userId))?.at.id;
    const claim: Claim = { ...asker, ...(lastEventId !== undefined && { lastEventId }) };
    if (!options.hasRoom(claim)) return refuseClient('rate_limited', 'This user has too many connections');
    const answer = await registry.claim(claim, sessions);
    if (answer.kind === 'stale') {
      return { ...refuse('stale_term', 'A newer leadership has connected'), term: answer.term };
    }
    if (answer.kind === 'rejected') return refuse('session_rejected', 'Another browser of this user is connected');
    options.onGranted(claim, answer.superseded, answer.replaced);
    return { ok: true, claim, handshake, starts };
  }

  function toClaim(identity: Identity, handshake: Handshake | null, socketId: string): Claim {
    const { client = socketId, tab = socketId, term = 0, attempt = 0 } = handshake ?? {};
    const sessionId = clock.uniqueId();
    return { ...identity, client, tab, term, attempt, sessionId, socketId, connectedAt: clock.wall() };
  }

  return {
    identify,
    async admit(auth, socketId) {
      const answer = await admitUncounted(auth, socketId).catch((error: unknown) => {
        logger.error('A connection could not be admitted', error);
        return refuse('unavailable', 'Sessions can not be opened now');
      });
      counters.count(answer.ok ? 'admitted' : `refused:${answer.code}`);
      return answer;
    },
  };
}

/** Not the error itself: that of a library may carry the token's claims. */
function toWords(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message.slice(0, 200) : undefined;
}

function refuse(code: Code, message: string): Refusal {
  return { ok: false, code, message };
}
