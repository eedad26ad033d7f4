/** Namespaces that share a transport, against a real server: what happens in one must not be felt in the other. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLinks } from './link.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function setUp() {
  const http = createServer();
  const io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  endings.push(() => io.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const linkTo = createLinks();
  /** Engines that were opened. */
  let engines = 0;
  io.engine.on('connection', () => {
    engines += 1;
  });
  function open(path: string, options = {}) {
    const events = { onOpen: vi.fn(), onPacket: vi.fn(), onClose: vi.fn(), onRefused: vi.fn() };
    const link = linkTo(url + path, options)({}, events);
    endings.push(() => link.close());
    return { ...events, link, opened: () => vi.waitFor(() => expect(events.onOpen).toHaveBeenCalled(), 5_000) };
  }
  return { io, open, engines: () => engines };
}

describe('links of one server', () => {
  test('[P3] an answer to a former link of the namespace is none to what the next one asks', async () => {
    const { io, open, engines } = await setUp();
    const answers: ((said: string) => void)[] = [];
    io.of('/chat').on('connection', (socket: Socket) => {
      socket.on('ask', (answer) => void answers.push(answer));
    });
    const root = open('/');
    const former = open('/chat');
    await former.opened();
    former.link.request('ask', [], () => {});
    await vi.waitFor(() => expect(answers).toHaveLength(1), 5_000);
    former.link.close();
    const next = open('/chat');
    await next.opened();
    const heard = new Promise((resolve) => next.link.request('ask', [], resolve));
    await vi.waitFor(() => expect(answers).toHaveLength(2), 5_000);
    answers[0]?.('the former');
    answers[1]?.('the next');
    expect(await heard).toBe('the next');
    expect([engines(), root.onClose.mock.calls]).toEqual([1, []]);
  });

  test('[P2] closed before the server let it in, and opened again: the other one stays, and no event comes twice', async () => {
    const { io, open } = await setUp();
    const waiting: (() => void)[] = [];
    io.of('/chat').use((_, next) => void waiting.push(next));
    io.of('/');
    const root = open('/');
    await root.opened();
    const first = open('/chat');
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 5_000);
    first.link.close();
    const next = open('/chat');
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 5_000);
    for (const letIn of waiting) letIn();
    await next.opened();
    await vi.waitFor(() => expect(io.of('/chat').sockets.size).toBe(1), 5_000);
    io.of('/chat').emit('said', 1);
    io.of('/').emit('end');
    io.of('/chat').emit('end');
    await vi.waitFor(() => expect(next.onPacket).toHaveBeenCalledWith('end', []), 5_000);
    await vi.waitFor(() => expect(root.onPacket).toHaveBeenCalledWith('end', []), 5_000);
    expect(next.onPacket.mock.calls).toEqual([
      ['said', [1]],
      ['end', []],
    ]);
    expect(root.onClose).not.toHaveBeenCalled();
  });

  test('[P1] an acknowledgement after the end of its link does not end the other one', async () => {
    const { io, open } = await setUp();
    io.of('/chat').on('connection', (socket: Socket) => {
      socket.emit('tell', () => {});
    });
    const root = open('/');
    const chat = open('/chat');
    await vi.waitFor(() => expect(chat.onPacket).toHaveBeenCalled(), 5_000);
    const [, [answer]] = chat.onPacket.mock.calls[0] as [string, [() => void]];
    chat.link.close();
    answer();
    const again = open('/chat');
    await again.opened();
    expect(root.onClose).not.toHaveBeenCalled();
  });

  test('[P1] the same path, said otherwise, is the same transport; another query is another', async () => {
    const { io, open, engines } = await setUp();
    io.of('/chat');
    io.of('/admin');
    await open('/').opened();
    await open('/chat', { path: '/socket.io/' }).opened();
    expect(engines()).toBe(1);
    await open('/admin?shop=2').opened();
    expect(engines()).toBe(2);
    const [query] = [...io.of('/admin').sockets.values()].map(({ handshake }) => handshake.query.shop);
    expect(query).toBe('2');
  });
});
