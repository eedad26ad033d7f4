/**
 * A small client of the wire protocol: what `conformance.test.ts` checks unless told of another.
 * Nothing of this package runs in it; its interface is the one in the last section of PROTOCOL.md.
 */
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Checked, CheckedOptions, Cursor, Outcome, Refresh, WireEvent } from './conformance-world.fixture.ts';

type Frame = Cursor & { readonly stream: string; readonly prev: number; readonly events: readonly WireEvent[] };
type Track = ReturnType<typeof toTrack>;
interface Command {
  readonly request: { readonly id: string; readonly name: string; readonly args: readonly unknown[]; sentAt?: number };
  readonly settle: (outcome: Outcome) => void;
}

/** Codes after which only the app can go on. */
const final = /^(wrong_user|forbidden_origin|session_(replaced|rejected)|unsupported_version|bad_handshake)$/;
const unclear = ['expired', 'lease_ended', 'disconnected'];
const passing = ['rate_limited', 'unavailable', 'server_busy'];
const reasons = ['too_far', 'expired', 'epoch_changed', 'cursor_ahead', 'gap', 'permissions_changed'];
const toTrack = ({ epoch, id }: Cursor) => ({ cursor: { epoch, id }, held: [] as Frame[], tries: 0, asking: false });
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isCursor = (value: Loose): boolean => typeof value?.epoch === 'string' && isCount(value.id);

function isFrame(value: Loose): value is Frame {
  if (typeof value?.stream !== 'string' || !isCursor(value) || !Array.isArray(value.events)) return false;
  const { prev, id, events } = value;
  const places = [prev, ...events.map((event: Loose) => event?.id)];
  return places.every((place, i) => isCount(place) && place <= id && (i === 0 || place > places[i - 1]));
}

export function createClient(options: CheckedOptions): Checked {
  const { url, token, user, retryMs, onEvent, onRefresh, onEnd } = options;
  const tracks = new Map<string, Track>();
  const commands: Command[] = [];
  const client = randomUUID();
  let [term, attempt, failures, refusals] = [Date.now(), 0, 0, 0];
  let [ready, ended] = [false, false];
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let offset = 0;
  let ownStream = '';
  for (const [stream, cursor] of Object.entries(options.cursors ?? {})) tracks.set(stream, toTrack(cursor));

  function receive(frame: Frame): void {
    const { stream, epoch, prev, id } = frame;
    const track = tracks.get(stream);
    if (!track) {
      if (prev === id) return void tracks.set(stream, toTrack(frame));
      refresh({ stream, epoch, id: prev, reason: 'gap' });
      return receive(frame);
    }
    const { cursor } = track;
    if (epoch !== cursor.epoch || prev > cursor.id) {
      if (track.held.length < 1_000) track.held.push(frame);
      return ask(stream, track);
    }
    if (id <= cursor.id) return;
    track.cursor = { epoch, id };
    for (const event of frame.events) if (event.id > cursor.id) onEvent({ ...event, stream });
    release(track);
  }

  function release(track: Track): void {
    const { held } = track;
    track.held = [];
    for (const frame of held) receive(frame);
    if (track.held.length === 0) track.tries = 0;
  }

  function refresh(news: Refresh): void {
    const { stream, epoch, id, reason } = news;
    const track = tracks.get(stream);
    const old = track?.cursor.epoch === epoch ? track.cursor.id : undefined;
    if (old !== undefined && (reason === 'cursor_ahead' ? id >= old : id <= old)) return;
    onRefresh({ stream, epoch, id, reason });
    if (!track) return void tracks.set(stream, toTrack(news));
    track.cursor = { epoch, id };
    release(track);
  }

  function ask(stream: string, track: Track): void {
    if (track.asking || !ready || !socket) return;
    track.asking = true;
    const asked = socket;
    const { epoch, id } = track.cursor;
    asked.timeout(5_000).emit('request_sync', { stream, lastEventId: id, epoch }, (_late: unknown, answer: Loose) => {
      if (asked !== socket || tracks.get(stream) !== track) return;
      track.asking = false;
      if (isCursor(answer?.fullRefresh)) refresh({ stream, ...answer.fullRefresh });
      else if (isFrame(answer)) receive(answer);
      const [first] = track.held;
      if (!first || track.asking) return;
      if (answer?.more && track.cursor.id > id) return ask(stream, track);
      if (!passing.includes(answer?.error?.code)) track.tries += 1;
      if (track.tries >= 3) refresh({ stream, epoch: first.epoch, id: first.prev, reason: 'gap' });
      else setTimeout(() => track.held.length > 0 && ask(stream, track), retryMs);
    });
  }

  async function connect(): Promise<void> {
    const bearer = await token();
    if (ended) return;
    attempt += 1;
    const cursors = api.cursors();
    const auth = { token: bearer, user, onesocket: 1, client, tab: client, term, attempt, cursors };
    const mine = io(url, { auth, forceNew: true, reconnection: false });
    socket = mine;
    const on = (name: string, run: (value: Loose) => void): void =>
      void mine.on(name, (value) => mine === socket && run(value));
    on('authenticated', greet);
    on('events', (frame) => isFrame(frame) && receive(frame));
    on('event', (event) => {
      const { stream = ownStream, id, prev = id - 1 } = event ?? {};
      const frame = { stream, epoch: event?.epoch ?? tracks.get(stream)?.cursor.epoch, prev, id, events: [event] };
      if (isFrame(frame)) receive(frame);
    });
    on('full_refresh', (news) => isCursor(news) && reasons.includes(news.reason) && refresh(news));
    for (const code of ['session_replaced', 'token_expired']) on(code, () => retry(code));
    on('disconnect', () => retry('transport'));
    on('connect_error', ({ data }) => {
      if (data?.code === 'stale_term') term = Math.max(term, data.term) + 1;
      retry(data?.code ?? 'transport');
    });
  }

  function greet(news: Loose): void {
    if (user !== undefined && news.userId !== user) return retry('wrong_user');
    [ready, failures, refusals] = [true, 0, 0];
    ownStream = `user:${news.userId}`;
    offset = news.time - performance.now();
    for (const [stream, { cursor }] of [...tracks]) {
      if (Object.hasOwn(news.streams, stream)) tracks.set(stream, toTrack(cursor));
      else {
        tracks.delete(stream);
        onRefresh({ stream, ...cursor, reason: 'permissions_changed' });
      }
    }
    for (const [stream, cursor] of Object.entries<Cursor>(news.streams))
      if (!tracks.has(stream)) tracks.set(stream, toTrack(cursor));
    commands.forEach(send);
  }

  function retry(code: string): void {
    drop();
    const tokenRefused = code === 'unauthorized' || code === 'token_expired';
    if (final.test(code) || (tokenRefused && refusals > 0)) return end(code);
    if (tokenRefused) refusals += 1;
    const atOnce = (tokenRefused || code === 'stale_term') && failures === 0;
    const waitMs = atOnce ? 0 : Math.random() * retryMs * 2 ** Math.min(failures, 5);
    failures += 1;
    timer = setTimeout(() => connect().catch(() => retry('auth_failed')), waitMs);
  }

  function drop(): void {
    ready = false;
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.disconnect();
  }

  function end(code: string): void {
    if (ended) return;
    ended = true;
    drop();
    for (const { settle, request } of commands.splice(0)) {
      settle({ outcome: request.sentAt === undefined ? 'not_sent' : 'unknown', code });
    }
    onEnd(code);
  }

  function send(command: Command): void {
    if (!ready || !commands.includes(command)) return;
    const repeated = command.request.sentAt !== undefined;
    command.request.sentAt ??= Math.floor(offset + performance.now());
    socket?.emit('command', command.request, (answer: Loose) => {
      if (!commands.includes(command)) return;
      const code: string = answer?.error?.code ?? 'disconnected';
      if (repeated && passing.includes(code)) return void setTimeout(() => send(command), retryMs);
      commands.splice(commands.indexOf(command), 1);
      if (answer?.ok === true) command.settle({ outcome: 'result', result: answer.result });
      else command.settle({ outcome: unclear.includes(code) ? 'unknown' : 'refused', code });
    });
  }

  const api: Checked = {
    cursors: () => Object.fromEntries([...tracks].map(([stream, { cursor }]) => [stream, cursor])),
    command: (name, payload, id = randomUUID()) =>
      new Promise((settle) => {
        const command = { request: { id, name, args: [payload] }, settle };
        commands.push(command);
        send(command);
      }),
    close: () => end('closed'),
  };
  connect().catch(() => retry('auth_failed'));
  return api;
}

// biome-ignore lint/suspicious/noExplicitAny: what comes from the wire, looked into field by field
type Loose = any;
