/** One companion client's connection: what it is told first, what it may ask, and how it ends. */

import { isChannel, parseChannel } from '../protocol/channel.ts';
import type { Authenticated } from '../protocol/messages.ts';
import { parseCommandRequest, parseSyncRequest, toFields } from '../protocol/parse.ts';
import type { Admission, Admitted } from './admission.ts';
import type { Channels } from './channels.ts';
import { isClean } from './clean.ts';
import { type Caller, type Commands, refusal } from './commands.ts';
import type { Connection } from './connection-port.ts';
import type { Counters } from './diagnostics.ts';
import { createExpiry } from './expiry.ts';
import { bothLimiters, createLimiter, type Limits, type SharedLimiters } from './limits.ts';
import type { Live } from './live.ts';
import { createMembership } from './membership.ts';
import { type ClientPacket, clientPackets, userStream } from './names.ts';
import { createPositionTeller, type Start, toCursors } from './places.ts';
import type { Clock, Logger, Peer } from './ports.ts';
import type { Registry } from './registry.ts';
import { createReplay } from './replay.ts';
import type { Rooms } from './rooms.ts';
import type { SharedLog } from './shared-reads.ts';
import { parseSubscribe, parseUnsubscribe } from './subscription.ts';

interface ConnectionOptions {
  readonly clock: Clock;
  readonly log: SharedLog;
  readonly live: Live;
  readonly rooms: Rooms;
  readonly channels: Channels;
  readonly registry: Registry;
  readonly admission: Admission;
  readonly commands: Commands;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly maxReplay: number;
  readonly pageSize: number;
  readonly commandWindowMs: number;
  readonly limits: Limits;
  readonly sharedLimiters: SharedLimiters;
  /** Server time as clients are told it. */
  readonly time: () => number;
  readonly onClosed: (connection: Connection) => void;
}

type Answer = (value: unknown) => void;

export function createConnection(peer: Peer, admitted: Admitted, options: ConnectionOptions): Connection {
  const { clock, rooms, registry, commands, counters, logger, limits, time } = options;
  const { userId } = admitted.claim;
  let { claim } = admitted;
  let closed = false;
  let stalled = false;
  let turn: Promise<void> = Promise.resolve();
  const replay = createReplay({ ...options, peer });
  const membership = createMembership({ ...options, peer, replay, claim: () => claim, closed: () => closed });
  const packets = createLimiter(clock, limits.packets);
  const shared = options.sharedLimiters.of(userId);
  const syncs = bothLimiters(createLimiter(clock, limits.syncs), shared.syncs);
  const caller: Omit<Caller, 'session'> = {
    peer,
    position: createPositionTeller(replay.names, options.live.place),
    limiter: bothLimiters(createLimiter(clock, limits.commands), shared.commands),
    limiterByName: new Map(),
  };
  const expiry = createExpiry(clock, () => end('token_expired'));

  function greet(starts: ReadonlyMap<string, Start>): void {
    const { email, modules, socketId, sessionId } = claim;
    const expiresInMs = expiry.leftMs();
    peer.send('authenticated', {
      success: true,
      onesocket: 1,
      userId,
      ...(email !== undefined && { email }),
      ...(modules && { modules }),
      socketId,
      sessionId,
      ...(expiresInMs !== undefined && { expiresInMs }),
      time: time(),
      commandWindowMs: options.commandWindowMs,
      streams: toCursors(starts),
    } satisfies Authenticated);
  }

  async function sync(args: readonly unknown[], answer: Answer): Promise<void> {
    const request = parseSyncRequest(args[0]);
    if (!request) return refuse(answer, 'bad_request', 'Malformed request_sync');
    const stream = request.stream ?? userStream(userId);
    if (!replay.has(stream)) return refuse(answer, 'forbidden', 'Not in this stream');
    if (stalled || !syncs.take()) return refuse(answer, 'rate_limited', 'Too many requests');
    const { lastEventId, epoch } = request;
    answer(await replay.answer(stream, { id: lastEventId, ...(epoch !== undefined && { epoch }) }));
  }

  async function command(args: readonly unknown[], answer: Answer): Promise<void> {
    const request = parseCommandRequest(args[0]);
    if (!request || !isClean(request.args)) return refuse(answer, 'bad_request', 'Malformed command');
    answer(await commands.run(request, { ...caller, session: claim }));
  }

  async function subscribe(args: readonly unknown[], answer: Answer): Promise<void> {
    const wanted = parseSubscribe(args[0]);
    if (!wanted) return refuse(answer, 'bad_request', 'Malformed subscribe');
    if (stalled || !syncs.take()) return refuse(answer, 'rate_limited', 'Too many requests');
    await membership.join(wanted, (starts) => {
      const names = new Set([...starts.keys()].flatMap((stream) => parseChannel(stream)?.name ?? []));
      answer({ success: true, channels: [...names], streams: toCursors(starts) });
    });
  }

  async function unsubscribe(args: readonly unknown[], answer: Answer): Promise<void> {
    const left = parseUnsubscribe(args[0]);
    if (!left) return refuse(answer, 'bad_request', 'Malformed unsubscribe');
    membership.leave(left.streams, left.channels);
    answer({ success: true, channels: [], streams: {} });
  }

  async function ping(_args: readonly unknown[], answer: Answer): Promise<void> {
    replay.tellPositions();
    answer({ time: time() });
  }

  async function reauthenticate(args: readonly unknown[], answer: Answer): Promise<void> {
    const fields = toFields(args[0]);
    if (!fields) return refuse(answer, 'bad_request', 'Malformed reauthenticate');
    if (!syncs.take()) return refuse(answer, 'rate_limited', 'Too many requests');
    const identity = await options.admission.identify(fields.token, {});
    if ('ok' in identity) return refuse(answer, identity.code, identity.message);
    if (identity.userId !== userId) return refuse(answer, 'wrong_user', 'The token belongs to another user');
    if (closed) return;
    const { email: _, role: _role, shopId: _shop, modules: _modules, rooms: _rooms, expiresAt: _end, ...kept } = claim;
    claim = { ...kept, ...identity };
    expiry.set(identity.expiresAt);
    await registry.renew(claim);
    await membership.recheck();
    const expiresInMs = expiry.leftMs();
    const { modules } = claim;
    answer({ ok: true, ...(modules && { modules }), ...(expiresInMs !== undefined && { expiresInMs }) });
  }

  /** What decides on streams waits for what came before: each decides on the claim and the streams that it left. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  function refuse(answer: Answer, code: string, message: string): void {
    counters.count(`request:${code}`);
    answer({ success: false, ...refusal(code, message) });
  }

  const handlers: Record<ClientPacket, (args: readonly unknown[], answer: Answer) => Promise<void>> = {
    request_sync: sync,
    command,
    subscribe: (args, answer) => inTurn(() => subscribe(args, answer)),
    unsubscribe: (args, answer) => inTurn(() => unsubscribe(args, answer)),
    ping,
    reauthenticate: (args, answer) => inTurn(() => reauthenticate(args, answer)),
  };

  function onPacket(name: string, args: readonly unknown[], answer: Answer): void {
    const handle = clientPackets.includes(name as ClientPacket) ? handlers[name as ClientPacket] : undefined;
    if (closed || !handle) return;
    if (!packets.take()) {
      counters.count('packets_ignored');
      return;
    }
    handle(args, (value) => !closed && answer(value)).catch((error: unknown) => {
      counters.count('request_errors');
      logger.error(`Answering ${name} failed`, error);
      refuse(answer, 'unavailable', 'Can not be answered now');
    });
  }

  function onFull(): void {
    stalled = true;
    counters.count('stalled');
    replay.hold();
  }

  function onDrained(): void {
    stalled = false;
    if (!closed) replay.goOn();
  }

  function onClose(): void {
    if (closed) return;
    closed = true;
    expiry.close();
    replay.close();
    options.onClosed(connection);
  }

  function end(packet?: string): void {
    if (closed) return;
    if (packet) peer.send(packet, {});
    onClose();
    peer.disconnect();
  }

  const connection: Connection = {
    get claim() {
      return claim;
    },
    open: membership.open,
    shut: membership.shut,
    recheck: () => inTurn(membership.recheck),
    tellPositions: () => replay.tellPositions(),
    end,
  };

  peer.listen(clientPackets, { onPacket, onFull, onDrained, onCutOff: () => counters.count('cut_off'), onClose });
  expiry.set(claim.expiresAt);
  const permitted = [...admitted.starts].filter(([stream]) => isChannel(stream) || rooms.permits(claim, stream));
  greet(new Map(permitted));
  membership.begin(new Map(permitted));
  // Rooms joined while this connection was being admitted.
  for (const stream of rooms.streamsOf(claim)) {
    void connection.open(stream).catch((error: unknown) => {
      logger.error(`Opening ${stream} failed; the connection is closed so that the client tries again`, error);
      end();
    });
  }
  return connection;
}
