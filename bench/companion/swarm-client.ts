/**
 * The least of a client: it speaks Socket.IO, knows its place, and counts. So cheap that one process holds thousands,
 * and that the server is what a run waits for.
 */
import WebSocket from 'ws';
import { isCompanion, type Mode } from './attach.ts';

interface Place {
  readonly epoch: string;
  readonly id: number;
}
type Places = Readonly<Record<string, Place>>;
interface Frame extends Place {
  readonly stream: string;
  readonly events: readonly unknown[];
}
interface Packet {
  readonly type: string;
  readonly events: number;
  readonly places?: Places;
  /** The adapter's own place. */
  readonly offset?: string;
}
export interface SwarmClient {
  /** Fulfilled when it is connected, and greeted where there is a companion. False: Socket.IO did not recover it. */
  open(): Promise<boolean>;
  /** Without a word to the server. */
  cut(): void;
}

let lastText: Buffer = Buffer.alloc(0);
let lastPacket: Packet = { type: '', events: 0 };

/** All get the same bytes, so they are read once. */
function toPacket(text: Buffer): Packet {
  if (!text.equals(lastText)) {
    lastText = Buffer.from(text);
    lastPacket = parse(text);
  }
  return lastPacket;
}

function parse(text: Buffer): Packet {
  const [type, data, offset] = JSON.parse(text.toString('utf8', 2)) as [string, unknown, string?];
  switch (type) {
    case 'event':
      return { type, events: 1, ...(offset !== undefined && { offset }) };
    case 'events': {
      const { stream, epoch, id, events } = data as Frame;
      return { type, events: events.length, places: { [stream]: { epoch, id } } };
    }
    case 'authenticated':
      return { type, events: 0, places: (data as { streams: Places }).streams };
    default:
      return { type, events: 0 };
  }
}

export function createSwarmClient(
  { mode, port, name }: { readonly mode: Mode; readonly port: number; readonly name: string },
  onEvents: (count: number) => void,
): SwarmClient {
  let socket: WebSocket | null = null;
  let attempt = 0;
  let cursors: Places = {};
  let recovery: { pid?: string; offset?: string } = {};

  function greeting(): object {
    if (!isCompanion(mode)) return recovery.offset === undefined ? {} : recovery;
    return { token: name, onesocket: 1, client: name, tab: name, term: 1, attempt, cursors };
  }

  function onPacket({ events, places, offset }: Packet): void {
    if (places) cursors = { ...cursors, ...places };
    if (offset !== undefined) recovery = { ...recovery, offset };
    if (events > 0) onEvents(events);
  }

  /** False: another `pid` than asked for, so what it missed is lost. */
  function onConnected(text: Buffer): boolean {
    const { pid } = JSON.parse(text.toString('utf8', 2)) as { pid?: string };
    const isAsAsked = recovery.offset === undefined || pid === recovery.pid;
    if (pid !== recovery.pid) recovery = { ...(pid !== undefined && { pid }) };
    return isAsAsked;
  }

  return {
    open() {
      attempt += 1;
      const mine = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
        perMessageDeflate: false,
        skipUTF8Validation: true,
      });
      socket = mine;
      return new Promise((resolve, reject) => {
        mine.on('error', reject);
        mine.on('message', (text: Buffer) => {
          const kind = text.toString('latin1', 0, 2);
          if (kind[0] === '0') mine.send(`40${JSON.stringify(greeting())}`);
          else if (kind[0] === '2') mine.send('3');
          else if (kind === '44') reject(new Error(text.toString()));
          else if (kind === '40') {
            const isAsAsked = onConnected(text);
            if (!isCompanion(mode)) resolve(isAsAsked);
          } else if (kind === '42') {
            const packet = toPacket(text);
            onPacket(packet);
            if (packet.type === 'authenticated') resolve(true);
          }
        });
      });
    },
    cut: () => socket?.terminate(),
  };
}
