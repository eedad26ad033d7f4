import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createProxy } from '../server/proxy.fixture.ts';
import { cleanUp, hello, later, open, sign, start } from '../server/socket.fixture.ts';
import { type PrometheusOptions, prometheus } from './index.ts';

afterEach(cleanUp);

type Values = Readonly<Record<string, number>>;

/** `name{label="x"}` to its value. */
async function valuesOf(register: Registry): Promise<Values> {
  const lines = (await register.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

async function measured(options: Parameters<typeof start>[0] = {}, more: Omit<PrometheusOptions, 'register'> = {}) {
  const started = await start(options);
  const register = new Registry();
  const metrics = prometheus(started.realtime, { register, ...more });
  return { ...started, register, metrics, values: () => valuesOf(register) };
}

describe('prometheus', () => {
  it('counts connections, messages sent, errors by code, replays, refreshes by reason, duplicates and the log', async () => {
    const { url, realtime, values } = await measured({ maxReplay: 3, sessions: 'replace' });
    realtime.onCommand('add', () => 1);
    const token = await sign('u1');
    const first = open(url, hello(token));
    const { time } = await first.packet('authenticated');
    expect(await values()).toMatchObject({ ws_connections_active: 1, ws_messages_sent_total: 0 });
    for (const id of [1, 2, 3, 4, 5]) await realtime.sendToUser('u1', 'order', { id });
    const epoch = (await realtime.sendToUser('u1', 'order', { id: 6 })).epoch;
    await first.eventIds('user:u1', 6);
    const command = { id: 'k', name: 'add', args: [], sentAt: time };
    for (const _ of [1, 2]) await first.socket.emitWithAck('command', command);
    await first.socket.emitWithAck('request_sync', { stream: 'user:u2', lastEventId: 0 });
    const second = open(url, hello(token, { client: 'c2', cursors: { 'user:u1': { epoch, id: 4 } } }));
    await second.eventIds('user:u1', 2);
    const third = open(url, hello(token, { client: 'c3', cursors: { 'user:u1': { epoch, id: 1 } } }));
    await third.packet('full_refresh');
    await open(url, hello('no token')).packet('(refused)');
    // Each scrape tells the same.
    await values();
    expect(await values()).toMatchObject({
      ws_connections_active: 1,
      ws_messages_sent_total: 8,
      'ws_errors_total{code="unauthorized"}': 1,
      'ws_errors_total{code="forbidden"}': 1,
      ws_replayed_events_total: 2,
      'ws_refreshes_total{reason="too_far"}': 1,
      ws_sessions_replaced_total: 2,
      ws_commands_total: 1,
      ws_duplicates_total: 1,
      ws_log_events: 6,
    });
  });

  it('measures from append to receipt: a link delayed by 200 ms moves the histogram', async () => {
    const { url, realtime, values } = await measured({}, { latencySampleMs: 0 });
    const proxy = await createProxy(url, 200);
    later(() => proxy.close());
    const client = open(proxy.url, hello(await sign('u1')));
    client.socket.on('events', (_frame: unknown, ack?: () => void) => ack?.());
    await client.packet('authenticated');
    // Live, not replayed: the connection must have come to the head of its stream first.
    await realtime.sendToUser('u1', 'order', { id: 1 });
    await client.eventIds('user:u1', 1);
    await realtime.sendToUser('u1', 'order', { id: 2 });
    await expect.poll(async () => (await values()).ws_latency_seconds_count, { timeout: 10_000 }).toBeGreaterThan(0);
    const { ws_latency_seconds_sum: sum = 0, ws_latency_seconds_count: count = 0, ...rest } = await values();
    expect(sum / count).toBeGreaterThan(0.19);
    // In seconds: as milliseconds it could not be less than 190.
    expect(sum / count).toBeLessThan(100);
    expect(rest['ws_latency_seconds_bucket{le="0.1"}']).toBe(0);
  });

  it('asks nobody for an acknowledgement while nobody measures', async () => {
    const { url, realtime } = await start();
    const client = open(url, hello(await sign('u1')));
    const acks: unknown[] = [];
    client.socket.on('events', (_frame: unknown, ack?: unknown) => acks.push(ack));
    await client.packet('authenticated');
    await realtime.sendToUser('u1', 'order', { id: 1 });
    await client.eventIds('user:u1', 1);
    await client.socket.emitWithAck('ping', {});
    expect(acks.every((ack) => ack === undefined)).toBe(true);
  });

  it('a client that never acknowledges gets the same events', async () => {
    const { url, realtime } = await measured({}, { latencySampleMs: 0 });
    const client = open(url, hello(await sign('u1')));
    await client.packet('authenticated');
    for (const id of [1, 2, 3]) await realtime.sendToUser('u1', 'order', { id });
    expect(await client.eventIds('user:u1', 3)).toEqual([1, 2, 3]);
  });

  it('answers a request with the text that Prometheus reads', async () => {
    const { metrics } = await measured();
    const http = createServer((request, response) => void metrics.handler(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    later(() => http.close());
    const response = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('ws_connections_active 0');
  });

  it('leaves the register and stops measuring when it is closed', async () => {
    const { metrics, register, realtime } = await measured();
    metrics.close();
    metrics.close();
    expect(await register.metrics()).toBe('\n');
    expect(() => prometheus(realtime, { register })).not.toThrow();
  });
});
