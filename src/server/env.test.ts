import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { Server } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { attachRealtime, optionsFromEnv } from './index.ts';
import { cleanUp, hello, later, open } from './socket.fixture.ts';

afterEach(cleanUp);

const secret = 'a secret of thirty-two characters';

describe('optionsFromEnv', () => {
  it('gives the defaults where nothing is set', () => {
    const { attach, io, ...rest } = optionsFromEnv({});
    expect(rest).toEqual({
      enabled: true,
      port: 3_000,
      namespace: '/',
      redisUrl: undefined,
      metricsIntervalMs: 5_000,
      dlqIntervalMs: 10_000,
      maxNotificationsPerUser: 100,
      logBufferSize: 1_000,
      eventLog: { ttlMs: 600_000, maxEvents: 10_000 },
    });
    expect(io).toEqual({ path: '/socket.io', cors: { origin: true, credentials: true } });
    expect(attach).toEqual({});
  });

  it('takes what is set', () => {
    const options = optionsFromEnv({
      WEBSOCKET_ENABLED: 'false',
      WS_PORT: '4001',
      WS_PATH: '/ws/',
      WEBSOCKET_NAMESPACE: 'shop',
      CORS_ORIGIN: ' https://a.example , https://b.example/ ',
      JWT_SECRET: secret,
      REDIS_URL: 'redis://127.0.0.1:6379',
      WEBSOCKET_METRICS_INTERVAL: '1000',
      WEBSOCKET_DLQ_INTERVAL: '2000',
      MAX_NOTIFICATIONS_PER_USER: '5',
      LOG_BUFFER_SIZE: '6',
      EVENT_LOG_TTL_MS: '7000',
      EVENT_LOG_MAX_EVENTS: '8',
    });
    expect(options).toMatchObject({
      enabled: false,
      port: 4_001,
      namespace: '/shop',
      redisUrl: 'redis://127.0.0.1:6379',
      metricsIntervalMs: 1_000,
      dlqIntervalMs: 2_000,
      maxNotificationsPerUser: 5,
      logBufferSize: 6,
      eventLog: { ttlMs: 7_000, maxEvents: 8 },
      io: { path: '/ws/', cors: { origin: ['https://a.example', 'https://b.example'], credentials: true } },
      attach: { origins: ['https://a.example', 'https://b.example'], authenticate: expect.any(Function) },
    });
  });

  it.each<[string, Record<string, string>]>([
    ['WS_PORT', { WS_PORT: 'x' }],
    ['WS_PORT', { WS_PORT: '70000' }],
    ['WEBSOCKET_ENABLED', { WEBSOCKET_ENABLED: 'perhaps' }],
    ['EVENT_LOG_TTL_MS', { EVENT_LOG_TTL_MS: '0' }],
    ['CORS_ORIGIN', { CORS_ORIGIN: 'not an origin' }],
    ['CORS_ORIGIN', { NODE_ENV: 'production', JWT_SECRET: secret }],
    ['CORS_ORIGIN', { NODE_ENV: 'production', JWT_SECRET: secret, CORS_ORIGIN: '*' }],
    ['JWT_SECRET', { NODE_ENV: 'production', CORS_ORIGIN: 'https://a.example' }],
    ['JWT_SECRET', { JWT_SECRET: 'short' }],
  ])('refuses a %s that is wrong or missing, naming it and not its value: %j', (name, env) => {
    expect(() => optionsFromEnv(env)).toThrow(expect.objectContaining({ message: expect.stringContaining(name) }));
    if (env.JWT_SECRET) expect(() => optionsFromEnv(env)).not.toThrow(env.JWT_SECRET);
  });

  it('is what a server is made of', async () => {
    const options = optionsFromEnv({ JWT_SECRET: secret, WS_PATH: '/ws', CORS_ORIGIN: 'https://a.example' });
    const http = createServer();
    const io = new Server(http, options.io);
    const realtime = attachRealtime(io.of(options.namespace), options.attach);
    later(() => io.close());
    later(() => realtime.close());
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const key = new TextEncoder().encode(secret);
    const token = await new SignJWT({ sub: 'u' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(key);
    const foreign = open(url, hello(token), { origin: 'https://evil.example' }, { path: '/ws' });
    expect(await foreign.packet('(refused)')).toMatchObject({ code: 'forbidden_origin' });
    const own = open(url, hello(token), { origin: 'https://a.example' }, { path: '/ws' });
    expect(await own.packet('authenticated')).toMatchObject({ userId: 'u' });
  });
});
