/**
 * The world in which `conformance.test.ts` checks a client of the wire protocol: a companion whose wire can be
 * tampered with, and the client's story. `ONESOCKET_CONFORMANCE` names another client's file than ours.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Socket } from 'socket.io';
import { expect } from 'vitest';
import type { AttachOptions } from './index.ts';
import { cleanUp, range, type Started, start } from './socket.fixture.ts';

export interface Cursor {
  readonly epoch: string;
  readonly id: number;
}
export interface WireEvent {
  readonly id: number;
  readonly type: string;
  readonly payload: unknown;
}
export interface Refresh extends Cursor {
  readonly stream: string;
  readonly reason: string;
}
export type Outcome =
  | { readonly outcome: 'result'; readonly result: unknown }
  | { readonly outcome: 'refused' | 'unknown' | 'not_sent'; readonly code: string };
export interface CheckedOptions {
  readonly url: string;
  readonly token: () => string | Promise<string>;
  readonly user?: string;
  readonly cursors?: Readonly<Record<string, Cursor>>;
  readonly retryMs: number;
  readonly onEvent: (event: WireEvent & { readonly stream: string }) => void;
  readonly onRefresh: (refresh: Refresh) => void;
  readonly onEnd: (code: string) => void;
}
export interface Checked {
  cursors(): Readonly<Record<string, Cursor>>;
  command(name: string, payload: unknown, id?: string): Promise<Outcome>;
  close(): void;
}

type Raw = Socket['conn'];
type Fields = Readonly<Record<string, unknown>>;

const file = process.env.ONESOCKET_CONFORMANCE ?? path.join(import.meta.dirname, 'conformance.fixture.ts');
const { createClient }: { createClient(options: CheckedOptions): Checked } = await import(
  pathToFileURL(path.resolve(file)).href
);

export const own = 'user:u1';
const clients: Checked[] = [];

export async function endWorld(): Promise<void> {
  for (const client of clients.splice(0)) client.close();
  await cleanUp();
}

/** A companion whose wire can be tampered with: each plan is for the next packet that contains all of its texts. */
export async function serve(options: AttachOptions = {}) {
  const started: Started = await start({ authenticate: (token) => ({ userId: String(token) }), ...options });
  const plans: { readonly texts: readonly string[]; readonly times: number }[] = [];
  const raws = new Set<Raw>();
  const sockets: Socket[] = [];
  const packets: [name: string, fields: Fields][] = [];
  const waiting = new Set<() => void>();
  started.io.engine.on('connection', (raw: Raw) => {
    raws.add(raw);
    raw.on('close', () => raws.delete(raw));
    raw.on('packet', ({ data }: { data?: unknown }) => {
      const [, json] = /^2\d*(\[.*\])$/.exec(String(data)) ?? [];
      if (json) packets.push(JSON.parse(json));
    });
    const write = raw.write.bind(raw);
    raw.write = (data, ...rest) => {
      const plan = plans.find(({ texts }) => texts.every((text) => String(data).includes(text)));
      if (!plan) return write(data, ...rest);
      plans.splice(plans.indexOf(plan), 1);
      for (let time = 0; time < plan.times; time += 1) write(data, ...rest);
      for (const look of waiting) look();
      return raw;
    };
  });
  started.io.on('connection', (socket) => {
    sockets.push(socket as unknown as Socket);
    for (const look of waiting) look();
  });
  return {
    ...started,
    lose: (...texts: string[]) => plans.push({ texts, times: 0 }),
    repeat: (...texts: string[]) => plans.push({ texts, times: 2 }),
    /** All that was planned has happened. */
    tampered: () => untilSo(waiting, () => plans.length === 0),
    cut: () => raws.forEach((raw) => void raw.close(true)),
    /** By hand, beside the companion, to all. */
    inject: (name: string, ...args: unknown[]) => sockets.forEach((socket) => void socket.emit(name, ...args)),
    send: async (from: number, to = from) => {
      for (const n of range(from, to)) await started.realtime.sendToUser('u1', 'order', { id: n });
    },
    /** What clients sent under a name of the protocol. */
    received: (name: string) => packets.flatMap(([sent, fields]) => (sent === name ? [fields] : [])),
    /** Of all that were admitted, in order. */
    auths: () => sockets.map(({ handshake }) => handshake.auth),
    until: (isSo: () => boolean) => untilSo(waiting, isSo),
  };
}

export type Served = Awaited<ReturnType<typeof serve>>;

function untilSo(waiting: Set<() => void>, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (isSo() && waiting.delete(check)) resolve();
    };
    waiting.add(check);
    check();
  });
}

/** Runs the client and keeps its story of a stream: ids, and `reason@id` for a refresh. */
export function run({ url }: Pick<Served, 'url'>, more: Partial<CheckedOptions> = {}) {
  const story: [string, number | string][] = [];
  const ends: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((check) => void check());
  const told = (stream: string, what: number | string): void => {
    story.push([stream, what]);
    look();
  };
  const client = createClient({
    url,
    token: () => 'u1',
    retryMs: 10,
    onEvent: ({ stream, id }) => told(stream, id),
    onRefresh: ({ stream, reason, id }) => told(stream, `${reason}@${id}`),
    onEnd(code) {
      ends.push(code);
      look();
    },
    ...more,
  });
  clients.push(client);
  const of = (stream: string): (number | string)[] => story.filter(([name]) => name === stream).map(([, what]) => what);
  return {
    ...client,
    story: of,
    /** All that the stream told, once this is the last of it. */
    async upTo(what: number | string, stream = own) {
      await untilSo(waiting, () => of(stream).at(-1) === what);
      return of(stream);
    },
    async end() {
      await untilSo(waiting, () => ends.length > 0);
      return ends;
    },
  };
}

/** Connected for sure: the companion greeted it, and what is sent from now on comes live. */
export async function runConnected(server: Served, more: Partial<CheckedOptions> = {}) {
  server.realtime.onCommand('hello', () => 'hello');
  const client = run(server, more);
  expect(await client.command('hello', null)).toMatchObject({ result: 'hello' });
  return client;
}
