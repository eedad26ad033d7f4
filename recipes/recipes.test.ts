import 'reflect-metadata';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SignJWT } from 'jose';
import { io as connect, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp as createExpressApp } from './express.ts';
import { createApp as createHttpApp } from './http.ts';
import { realtimeModule } from './nest.ts';

const secret = 'a secret of thirty-two characters';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const sign = (claims: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

async function listen(http: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

async function open(url: string, token: string) {
  const auth = { token, onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 };
  const socket: Socket = connect(url, { auth, reconnection: false, forceNew: true, transports: ['websocket'] });
  cleanups.push(() => socket.close());
  // biome-ignore lint/suspicious/noExplicitAny: packets as they come
  const packet = (name: string) => new Promise<any>((resolve) => socket.once(name, resolve));
  const authenticated = await packet('authenticated');
  return { socket, packet, authenticated };
}

const post = async (url: string, token: string) =>
  fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

describe('recipes', { timeout: 30_000 }, () => {
  it('http: sockets, health and metrics on one port', async () => {
    const app = createHttpApp(secret);
    cleanups.push(app.close);
    const url = await listen(app.http);
    const client = await open(url, await sign({ sub: 'u1' }));
    const events = client.packet('events');
    await app.realtime.sendToUser('u1', 'order_created', { id: 1 });
    expect((await events).events).toMatchObject([{ type: 'order_created', payload: { id: 1 } }]);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true, connections: 1 });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('ws_messages_sent_total 1');
    expect((await fetch(`${url}/else`)).status).toBe(404);
  });

  it('express: a route sends to the tabs of who called it, by the same token', async () => {
    const app = createExpressApp(secret);
    cleanups.push(app.close);
    const url = await listen(app.http);
    const token = await sign({ sub: 'u1' });
    const client = await open(url, token);
    const events = client.packet('events');
    expect((await post(`${url}/api/orders`, 'wrong')).status).toBe(401);
    expect((await post(`${url}/api/orders`, token)).status).toBe(201);
    expect((await events).events).toMatchObject([{ type: 'order_created', payload: { id: 1 } }]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('nest: gateway, guard and service', async () => {
    const app = await NestFactory.create(realtimeModule(secret), { logger: false });
    app.useWebSocketAdapter(new IoAdapter(app));
    cleanups.push(() => app.close());
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    const token = await sign({ sub: 'u1', role: 'clerk' });
    const clerk = await open(url, token);
    const events = clerk.packet('events');
    expect((await post(`${url}/orders`, 'wrong')).status).toBe(401);
    expect(await (await post(`${url}/orders`, token)).json()).toEqual({ id: 1 });
    expect((await events).events).toMatchObject([{ type: 'order_created', payload: { id: 1 } }]);
    const command = { id: 'k', name: 'order:confirm', args: [1], sentAt: clerk.authenticated.time };
    expect(await clerk.socket.emitWithAck('command', command)).toMatchObject({ ok: true, result: { confirmed: 1 } });
    const guest = await open(url, await sign({ sub: 'u2' }));
    expect(await guest.socket.emitWithAck('command', command)).toMatchObject({ error: { code: 'forbidden' } });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const gone = new Promise((resolve) => clerk.socket.once('disconnect', resolve));
    await app.close();
    expect(await gone).toBe('io server disconnect');
  });
});
