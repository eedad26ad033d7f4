/** The public socket: socket.io-client's names over this page's participant. */
import { createEmitter, type Emitter } from '../../core/emitter.ts';
import type { Clock } from '../../core/ports.ts';
import type { Filter } from '../../protocol/channel.ts';
import { furthest } from '../../protocol/cursor.ts';
import type { Auth } from '../auth-types.ts';
import { OneSocketError, oneSocketError, toDisconnectReason } from '../errors.ts';
import type { Participant } from '../group/participant-types.ts';
import { idleStatus, toStatus } from '../group/status.ts';
import type { Settings } from '../options.ts';
import type { ListenOptions } from '../socket-types.ts';
import type { FacadeEvents } from '../tab/tab.ts';
import type { TraceEvent } from '../trace-types.ts';
import type { OneSocket, RefreshNotice, Status, StreamEvent } from '../types.ts';
import { createChannelHandle } from './channel-handle.ts';
import { latest } from './latest.ts';
import { type AnyFunction, createListening, listenerOf } from './listen.ts';
import { emittingOf } from './modifiers.ts';
import { createSender, reserved } from './sender.ts';
import { unsupported } from './unsupported.ts';

/** A facade and the ears by which its participant reaches it. */
export interface Facade {
  readonly socket: OneSocket;
  readonly ears: FacadeEvents;
}

interface FacadeDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly participant: () => Participant;
  /** The group's settings: `auth` may be set anew. */
  readonly shared: Settings;
  /** Tells of the participant's messages; returns its undo. */
  readonly trace: (listener: (event: TraceEvent) => void) => () => void;
  /** The app uses this facade from now on, or no more. */
  readonly attach: () => void;
  readonly detach: () => void;
}

export function createFacade(deps: FacadeDeps): Facade {
  const { settings, shared, clock, participant, trace, attach, detach } = deps;
  let status: Status = idleStatus;
  let recovered = false;
  let joined = false;
  /** `connect` was told, and no `disconnect` since: a handler of the same news may end, or begin, what is told. */
  let up = false;
  /** `disconnect()` was called: only `connect()` joins again. */
  let left = !settings.autoConnect;
  let scheduled = false;
  let refreshed: RefreshNotice | null = null;

  const report = (error: unknown): void => {
    participant().counters.handlerErrors += 1;
    clock.report(error);
  };
  const self = (): OneSocket => socket as unknown as OneSocket;
  const newEmitter = (): Emitter => createEmitter(report, self);
  const emitters = {
    on: newEmitter(),
    event: newEmitter(),
    one: newEmitter(),
    any: newEmitter(),
    outgoing: newEmitter(),
    refresh: newEmitter(),
    status: newEmitter(),
  };
  const tellStatus = latest((news: Status) => void emitters.status.emit('*', [news]), clock.soon);
  const commands = (): Participant['tab']['commands'] => participant().tab.commands;
  const signedOut = (): boolean => status.connection === 'signed-out';
  const onOutgoing = (name: string, args: readonly unknown[]): void =>
    void emitters.outgoing.emit('*', [name, ...args]);
  const sender = createSender({ settings, clock, commands, onSend: touch, onOutgoing, signedOut, report, self });

  /** Joins one task after the first use, so that listeners added together miss nothing. */
  function touch(): void {
    if (joined || left || scheduled) return;
    scheduled = true;
    clock.soon(() => {
      scheduled = false;
      if (!left) enter();
    });
  }

  function enter(): void {
    if (!joined) attach();
    const isNew = !joined;
    joined = true;
    participant().join();
    updateStatus();
    // The page is connected already, by another socket of its own.
    if (isNew && socket.connected) clock.soon(tellConnect);
  }

  function tellConnect(): void {
    if (up || !socket.connected) return;
    up = true;
    emitters.on.emit('connect', []);
  }

  function tellDisconnect(reason: string): void {
    if (!up) return;
    up = false;
    emitters.on.emit('disconnect', [reason]);
  }

  const listen = (emitter: Emitter, name: string, listener: AnyFunction, options?: ListenOptions): (() => void) =>
    listenerOf(emitter, touch)(name, listener, options);

  function needCompanion(what: string): void {
    if (settings.companion) return;
    throw oneSocketError(
      'needs_companion',
      `${what} needs the server companion: attach it and set \`companion: true\``,
    );
  }

  function dispatch(name: string, args: readonly unknown[]): boolean {
    if (reserved.includes(name)) return false;
    const any = emitters.any.emit('*', [name, ...args]);
    return emitters.on.emit(name, args) || any;
  }

  function updateStatus(): void {
    const next = joined ? toStatus(status, participant().parts()) : status;
    if (next === status) return;
    status = next;
    tellStatus(status);
  }

  const socket = {
    ...createListening({ ...emitters, onListen: touch, self }),
    get connected() {
      return joined && participant().tab.link().connection === 'connected';
    },
    get disconnected() {
      return !socket.connected;
    },
    get active() {
      const { connection } = toStatus(status, participant().parts());
      return scheduled || (joined && connection !== 'failed' && connection !== 'signed-out');
    },
    get auth(): Auth | undefined {
      return shared.auth;
    },
    set auth(auth) {
      shared.auth = auth;
    },
    get id() {
      return socket.connected ? participant().tab.link().socketId : undefined;
    },
    get recovered() {
      return recovered;
    },
    get status() {
      return status;
    },
    connect,
    open: connect,
    disconnect,
    close: disconnect,
    onEvent(name: string, fn: AnyFunction, options?: ListenOptions) {
      needCompanion('onEvent');
      return listen(emitters.event, name, fn, options);
    },
    onOneTab: (name: string, fn: AnyFunction, options?: ListenOptions) => listen(emitters.one, name, fn, options),
    onRefresh(fn: (notice: RefreshNotice) => void, options?: ListenOptions) {
      needCompanion('onRefresh');
      return listen(emitters.refresh, '*', fn, options);
    },
    onStatus: (fn: AnyFunction, options?: ListenOptions) => listenerOf(emitters.status)('*', fn, options),
    diagnostics() {
      const { tab, counters, group, client, parts } = participant();
      return {
        tab: tab.id,
        client: client(),
        group: group(),
        status,
        leader: tab.leader()?.tab ?? null,
        tabs: [...parts().tabs],
        cursors: tab.inbox.cursors(),
        heads: furthest(tab.inbox.cursors(), tab.positions()),
        holding: tab.inbox.holding(),
        counters: { ...counters },
        outbox: tab.commands.pending().length,
        commands: tab.commands.pending(),
        steals: tab.steals(),
      };
    },
    trace(fn: (event: TraceEvent) => void) {
      const offStatus = emitters.status.on('*', (detail: Status) =>
        fn({ at: clock.wall(), kind: 'status', type: `${detail.role} ${detail.connection}`, detail }),
      );
      const offMessages = trace(fn);
      return () => {
        offStatus();
        offMessages();
      };
    },
    state(options: Parameters<OneSocket['state']>[0]) {
      needCompanion('state');
      touch();
      return participant().states.create(options);
    },
    channel(name: string, filter: Filter = {}) {
      needCompanion('channel');
      const channel = createChannelHandle(name, filter, {
        channels: participant().channels,
        hears: () => joined,
        counters: participant().counters,
        report,
      });
      touch();
      return channel;
    },
    signOut: () => participant().signOut(),
  };

  Object.defineProperties(socket, { ...emittingOf(sender, self), ...unsupported });

  function connect(): OneSocket {
    left = false;
    enter();
    return self();
  }

  function disconnect(): OneSocket {
    left = true;
    if (!joined) return self();
    joined = false;
    // Told last: an acknowledgement may connect again. Ended first: what the handlers emit waits for the next connection.
    const tellAbandoned = sender.abandon('closed');
    detach();
    status = toStatus(status, { ...participant().parts(), life: 'out', reason: null, hasJoined: true });
    tellStatus(status);
    tellDisconnect('io client disconnect');
    tellAbandoned();
    return self();
  }

  /** Streams refreshed together are one notice; it comes before the next event. */
  function announce(): void {
    const notice = refreshed;
    refreshed = null;
    if (notice && joined) emitters.refresh.emit('*', [notice]);
  }

  const ears: FacadeEvents = {
    onEvent(stream, epoch, event) {
      announce();
      if (!joined) return;
      const { id, type, payload, timestamp } = event;
      const full: StreamEvent = { id, type, payload, timestamp, stream };
      // Asked before a handler may leave: no other tab would run it.
      const isNew = participant().isNewToGroup(stream, epoch, id);
      let handled = dispatch(type, [payload]);
      if (emitters.event.emit(type, [full])) handled = true;
      if (isNew && emitters.one.emit(type, [payload])) handled = true;
      if (!handled) participant().counters.unhandled += 1;
    },
    onPacket(name, args) {
      if (!joined) return;
      const { leading } = participant().parts();
      if (!dispatch(name, args)) participant().counters.unhandled += 1;
      if (leading) emitters.one.emit(name, args);
    },
    onRefresh({ stream, reason }) {
      if (refreshed && refreshed.reason !== reason) announce();
      refreshed = { streams: [...(refreshed?.streams ?? []), stream], reason };
    },
    onBatch: announce,
    // Each handler finds in `status` what it is told.
    onConnect(link) {
      recovered = link.recovered;
      updateStatus();
      tellConnect();
    },
    onDisconnect(link) {
      updateStatus();
      tellDisconnect(signedOut() ? 'io client disconnect' : toDisconnectReason(link.reason ?? status.reason));
    },
    onConnectError(link) {
      updateStatus();
      if (!joined || !link.reason) return;
      const { code, message, detail: data } = link.reason;
      emitters.on.emit('connect_error', [Object.assign(new OneSocketError(code, message), { data })]);
    },
    onStatus: updateStatus,
  };
  // Like io(): with a plain server it connects without being asked. A companion's events begin with the first listener.
  if (!settings.companion) touch();
  return { socket: self(), ears };
}
