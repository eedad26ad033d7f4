/**
 * (c) What a competent engineer writes by hand: the holder of a Web Lock connects and posts what it hears on a
 * BroadcastChannel; followers post their commands to it. No guarantees: nothing is numbered, kept or sent again.
 * How events are posted is the caller's choice.
 */
import { io, type Socket } from 'socket.io-client';
import { createRecorder, type Payload } from './tab.ts';

export interface RelayedEvent {
  readonly name: string;
  readonly args: readonly unknown[];
}
type Message =
  | { readonly type: 'events'; readonly events: readonly RelayedEvent[] }
  | ({ readonly type: 'event' } & RelayedEvent)
  | ({ readonly type: 'command'; readonly id: string } & RelayedEvent)
  | { readonly type: 'ack'; readonly id: string; readonly result: unknown };
export type Post = (message: Message) => void;

const name = 'relay';

/** `createOutlet` makes the function that gets an event to the other tabs. */
export function startRelay(createOutlet: (post: Post) => (event: RelayedEvent) => void): void {
  const recorder = createRecorder();
  const onResultById = new Map<string, (result: unknown) => void>();
  const channel = new BroadcastChannel(name);
  const post: Post = (message) => channel.postMessage(message);
  const relay = createOutlet(post);
  let socket: Socket | null = null;
  let release = (): void => {};

  function hear({ name: event, args }: RelayedEvent): void {
    if (event === 'event') recorder.record(args[0] as Payload);
  }
  async function run(command: RelayedEvent): Promise<unknown> {
    return socket?.emitWithAck(command.name, ...command.args);
  }
  function lead(): Promise<void> {
    socket = io({ transports: ['websocket'] });
    socket.onAny((event: string, ...args: unknown[]) => {
      relay({ name: event, args });
      hear({ name: event, args });
    });
    return new Promise((resolve) => {
      release = resolve;
    });
  }

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.type === 'event') hear(data);
    else if (data.type === 'events') data.events.forEach(hear);
    else if (data.type === 'ack') {
      onResultById.get(data.id)?.(data.result);
      onResultById.delete(data.id);
    } else if (socket) {
      const { id } = data;
      run(data).then((result) => post({ type: 'ack', id, result }));
    }
  };
  navigator.locks.request(name, lead);
  // Without this a page in the back/forward cache keeps the lock and nobody leads.
  addEventListener('pagehide', () => {
    socket?.close();
    channel.close();
    release();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });

  recorder.expose({
    role: () => (socket ? 'leader' : 'follower'),
    ready: () => !socket || socket.connected,
    command: (n) => {
      const command: RelayedEvent = { name: 'echo', args: [{ n }] };
      if (socket) return run(command);
      return new Promise((resolve) => {
        const id = crypto.randomUUID();
        onResultById.set(id, resolve);
        post({ type: 'command', id, ...command });
      });
    },
  });
}
