/** The chat of Socket.IO's own tutorial, of which nothing was changed but the import: two tabs, a plain server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import { build } from 'esbuild';
import { Server } from 'socket.io';
import { root } from '../../scripts/lib/bundle.mjs';

const html = `<!DOCTYPE html>
<html>
  <head><title>Socket.IO chat</title></head>
  <body>
    <ul id="messages"></ul>
    <form id="form" action="">
      <input id="input" autocomplete="off" /><button>Send</button>
      <button id="toggle-btn">Disconnect</button>
    </form>
    <script type="module" src="/chat.js"></script>
  </body>
</html>`;

/** The tutorial's last step: messages with an offset, acknowledged, sent again, and a button that disconnects. */
const script = (
  from: string,
) => `import { ${from} as io } from ${from === 'io' ? "'socket.io-client'" : "'./src/index.ts'"};
  let counter = 0;
  const socket = io({ auth: { serverOffset: 0 }, ackTimeout: 10000, retries: 3 });

  const form = document.getElementById('form');
  const input = document.getElementById('input');
  const messages = document.getElementById('messages');
  const toggleButton = document.getElementById('toggle-btn');

  toggleButton.addEventListener('click', (e) => {
    e.preventDefault();
    if (socket.connected) {
      toggleButton.innerText = 'Connect';
      socket.disconnect();
    } else {
      toggleButton.innerText = 'Disconnect';
      socket.connect();
    }
  });

  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (input.value) {
      const clientOffset = \`\${socket.id}-\${counter++}\`;
      socket.emit('chat message', input.value, clientOffset);
      input.value = '';
    }
  });

  socket.on('chat message', (msg, serverOffset) => {
    const item = document.createElement('li');
    item.textContent = msg;
    messages.appendChild(item);
    window.scrollTo(0, document.body.scrollHeight);
    socket.auth.serverOffset = serverOffset;
  });`;

/** The tutorial's server, its table an array. */
async function startChat(js: string) {
  const web = createServer((request, response) => {
    const isScript = request.url === '/chat.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? js : html);
  });
  const io = new Server(web);
  const table: string[] = [];
  const offsets: unknown[] = [];
  io.on('connection', (socket) => {
    offsets.push(socket.handshake.auth.serverOffset);
    socket.on('chat message', (msg: string, _clientOffset: string, callback: () => void) => {
      table.push(msg);
      io.emit('chat message', msg, table.length);
      callback();
    });
    const { serverOffset } = socket.handshake.auth;
    for (const [at, msg] of table.entries()) if (at >= serverOffset) socket.emit('chat message', msg, at + 1);
  });
  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    io,
    offsets,
    async close() {
      io.disconnectSockets(true);
      web.closeAllConnections();
      await new Promise((done) => web.close(done));
    },
  };
}

async function bundle(from: string): Promise<string> {
  const built = await build({
    stdin: { contents: script(from), resolveDir: root, sourcefile: 'chat.ts', loader: 'js' },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', absWorkingDir: root },
  });
  return built.outputFiles[0]?.text ?? '';
}

async function say(page: Page, text: string) {
  await page.fill('#input', text);
  await page.press('#input', 'Enter');
}
const seen = (page: Page) => page.locator('#messages li').allTextContents();

for (const [from, connections] of [
  ['io', 2],
  ['oneSocket', 1],
] as const) {
  test(`[P1] the tutorial's chat by ${from}: ${connections} connection(s) for two tabs`, async ({ context }) => {
    const chat = await startChat(await bundle(from));
    const errors: string[] = [];
    context.on('weberror', (error) => errors.push(String(error.error())));
    try {
      const pages: Page[] = [];
      for (const _ of [1, 2]) {
        const page = await context.newPage();
        await page.goto(chat.origin);
        pages.push(page);
      }
      const [first, second] = pages as [Page, Page];
      const both = async (texts: readonly string[]) => {
        for (const page of pages) await expect.poll(() => seen(page)).toEqual(texts);
      };
      await expect.poll(() => chat.io.engine.clientsCount).toBe(connections);
      await say(first, 'hello');
      await both(['hello']);
      await say(second, 'hi');
      await both(['hello', 'hi']);

      // One tab disconnects; what it says meanwhile arrives when it is back. The other goes on.
      await second.click('#toggle-btn');
      await say(first, 'are you there?');
      await expect.poll(() => seen(first)).toHaveLength(3);
      expect(await seen(second)).toHaveLength(2);
      await say(second, 'yes');
      await second.click('#toggle-btn');
      await expect.poll(() => seen(first)).toContain('yes');
      await expect.poll(() => chat.io.engine.clientsCount).toBe(connections);

      // The network goes: both come back by themselves, from where they were.
      const before = await seen(first);
      for (const socket of chat.io.sockets.sockets.values()) socket.conn.close();
      await say(first, 'back');
      await expect.poll(() => seen(first)).toEqual([...before, 'back']);
      await expect.poll(() => seen(second)).toContain('back');
      expect(chat.io.engine.clientsCount).toBe(connections);
      expect(errors).toEqual([]);
    } finally {
      await chat.close();
    }
  });
}
