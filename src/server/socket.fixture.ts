/** For tests against real sockets: a server on a random port, and clients that keep what they get. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { type AttachOptions, type Authenticate, attachRealtime, jwt } from './index.ts';
import type { Realtime } from './realtime-types.ts';

export interface ServerEvents {
  order: (order: { readonly id: number }) => void;
  tick: () => void;
}

const secret = 'a secret of thirty-two characters';
export const authenticate: Authenticate = jwt({ secret, algorithms: ['HS256'], issuer: 'shop', audience: 'web' });
const cleanups: (() => unknown)[] = [];

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** Runs when the test ends. */
export const later = (cleanup: () => unknown): number => cleanups.push(cleanup);

export function sign(
  sub: string,
  claims: Record<string, unknown> = {},
  expires: string | number = '1h',
): Promise<string> {
  return new SignJWT({ sub, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('shop')
    .setAudience('web')
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

export interface Started {
  readonly io: Server<Record<string, never>, ServerEvents>;
  readonly realtime: Realtime<ServerEvents>;
  readonly url: string;
}

export async function start(options: AttachOptions = {}): Promise<Started> {
  const http = createServer();
  const io = new Server<Record<string, never>, ServerEvents>(http);
  const realtime = attachRealtime(io, { authenticate, ...options });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => io.close());
  cleanups.push(() => realtime.close());
  return { io, realtime, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into packets as they come
export type Loose = any;

/** A client that keeps all that it gets, and waits for what it lacks. */
export interface Client {
  readonly socket: Socket;
  readonly packets: readonly [string, ...unknown[]][];
  all(name: string): Loose[];
  /** The n-th packet of a name, from 1; waits for it. */
  packet(name: string, n?: number): Promise<Loose>;
  events(stream: string): Loose[];
  /** The ids of a stream's events, once there are so many. */
  eventIds(stream: string, count: number): Promise<number[]>;
  until<T>(find: () => T | undefined): Promise<T>;
}

/** `(disconnect)` and `(refused)` are packets too. */
export function open(
  url: string,
  auth: Record<string, unknown>,
  headers: Record<string, string> = {},
  more: Record<string, unknown> = {},
): Client {
  const options = {
    ...more,
    auth,
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    extraHeaders: headers,
  };
  const socket: Socket = connect(url, options);
  const packets: [string, ...unknown[]][] = [];
  const waiting = new Set<() => void>();
  const note = (name: string, ...args: unknown[]): void => {
    packets.push([name, ...args]);
    for (const look of [...waiting]) look();
  };
  socket.onAny(note);
  socket.on('disconnect', (reason) => note('(disconnect)', reason));
  socket.on('connect_error', (error) => note('(refused)', (error as Error & { data?: unknown }).data));
  cleanups.push(() => socket.close());

  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const all = (name: string): Loose[] => packets.filter(([n]) => n === name).map(([, payload]) => payload);
  const events = (stream: string): Loose[] =>
    all('events')
      .filter((frame) => frame.stream === stream)
      .flatMap((frame) => frame.events);
  const ids = (stream: string): number[] => events(stream).map((event) => event.id);
  return {
    socket,
    packets,
    all,
    packet: (name, n = 1) => until(() => (all(name).length >= n ? (all(name)[n - 1] ?? null) : undefined)),
    events,
    eventIds: (stream, count) => until(() => (ids(stream).length >= count ? ids(stream) : undefined)),
    until,
  };
}

export function hello(token: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { token, onesocket: 1, client: 'c1', tab: 't1', term: 1, attempt: 1, ...more };
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
