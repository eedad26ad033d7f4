/** Programs of users, type-checked against `dist/` through package.json's `exports`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './bundle.mjs';
import { lastLine } from './find.mjs';
import { tsc } from './tsc.mjs';

const client = `
import { oneSocket } from 'onesocket';
const stop = new AbortController();
const socket = oneSocket<{ order: (order: { id: string }) => void }>('https://example.com');
export const off: () => void = socket.on('order', ({ id }) => id.trim(), { signal: stop.signal });
// @ts-expect-error: not an event of this map; were the types \`any\`, this line would not be an error.
socket.on('ordre', () => {});
`;
const react = `
import { oneSocket } from 'onesocket';
import { useCommand, useEvent, useStatus } from 'onesocket/react';
const socket = oneSocket<{ order: (order: { id: string }) => void }, { pay: (id: string, done: (sum: number) => void) => void }>('');
export function useOrders(): number | undefined {
  useEvent(socket, 'order', ({ id }) => id.trim());
  const connected: boolean = useStatus(socket, ({ connection }) => connection === 'connected');
  const { run, data } = useCommand(socket, 'pay');
  const paid: Promise<number> = run('7');
  // @ts-expect-error: not an event of this map.
  useEvent(socket, 'ordre', () => {});
  void paid;
  return connected ? data : undefined;
}
`;
const inspector = `
import { oneSocket } from 'onesocket';
import { mountInspector } from 'onesocket/inspector';
const socket = oneSocket<{ order: (order: { id: string }) => void }>('https://example.com');
const { element, unmount } = mountInspector(socket, { open: true, theme: 'dark' });
element.hidden = true;
unmount();
// @ts-expect-error: not a socket.
mountInspector({});
`;
const server = `
import { attachRealtime } from 'onesocket/server';
export const attach: typeof attachRealtime = attachRealtime;
// @ts-expect-error: were the types \`any\`, this line would not be an error.
export const wrong: number = attachRealtime;
`;
const testing = `
import { createRealm, type Tab } from 'onesocket/testing';
interface Events { order: (order: { id: string }) => void }
interface Commands { pay: (id: string, done: (sum: number) => void) => void }
const realm = createRealm<Events, Commands>({ server: { log: { maxEvents: 10 } } });
const tab: Tab<Events, Commands> = realm.openTab({ user: 'ada' });
realm.server.onCommand('pay', async (id) => id.length);
export const paid: Promise<number> = realm.until(tab.socket.emitWithAck('pay', '7'));
export const sent = realm.server.to('all').emit('order', { id: '7' });
// @ts-expect-error: not its result.
realm.server.onCommand('pay', (id) => id);
// @ts-expect-error: not an event of this map.
void realm.server.to('all').emit('ordre', { id: '7' });
`;
const redis = `
import { createClient } from 'redis';
import { attachRealtime } from 'onesocket/server';
import { redisStores } from 'onesocket/redis';
const stores = redisStores(createClient());
export const options: Parameters<typeof attachRealtime>[1] = { ...stores };
// @ts-expect-error: not a client.
redisStores({});
`;
const persist = `
import { oneSocket } from 'onesocket';
import { indexedDb } from 'onesocket/persist';
const socket = oneSocket<{ add: (n: number) => void }>('', { companion: true });
const load = async () => ({ state: [1], position: '' });
socket.state({ name: 'list', load, on: { add: (list, n) => [...list, n] }, persist: indexedDb({ maxAgeMs: 1_000 }) });
// @ts-expect-error: were the types \`any\`, this line would not be an error.
indexedDb({ maxAgeMs: 'a day' });
`;
const programByEntry = {
  '.': client,
  './react': react,
  './inspector': inspector,
  './persist': persist,
  './server': server,
  './testing': testing,
  './redis': redis,
};

/** Classes of one entry are those of another: what a realm throws, the app knows by `instanceof`. */
const sameClasses = `
const { createRealm } = await import('onesocket/testing');
const { OneSocketError } = await import('onesocket');
const { CommandError } = await import('onesocket/server');
const realm = createRealm();
realm.server.onCommand('pay', () => { throw new CommandError('no_money', 'none left'); });
const error = await realm.until(realm.openTab().socket.emitWithAck('pay')).catch((reason) => reason);
if (!(error instanceof OneSocketError && error.code === 'no_money')) throw new Error(\`not ours: \${error}\`);
`;
const programs = { './testing': sameClasses };

/**
 * `lib`, `types`: what the consumer's world has. Our declarations are checked too (`skipLibCheck` off), but not for
 * `Node16`: there CommonJS may not name packages that are ESM only, as jose is, even where it need not load them.
 */
const consumers = [
  { name: 'client-dom', entry: '.', file: 'client.ts', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
  { name: 'client-node', entry: '.', file: 'client.ts', lib: ['ES2022'], types: ['node'] },
  { name: 'client-nodenext', entry: '.', file: 'client.mts', lib: ['ES2022', 'DOM'], types: [], module: 'NodeNext' },
  { name: 'react', entry: './react', file: 'react.ts', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
  { name: 'inspector', entry: './inspector', file: 'inspector.ts', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
  { name: 'persist', entry: './persist', file: 'persist.ts', lib: ['ES2022', 'DOM'], types: [] },
  { name: 'server', entry: './server', file: 'server.ts', lib: ['ES2022'], types: ['node'] },
  { name: 'server-esm', entry: './server', file: 'server.mts', lib: ['ES2022'], types: ['node'], module: 'NodeNext' },
  { name: 'server-cjs', entry: './server', file: 'server.cts', lib: ['ES2022'], types: ['node'], module: 'NodeNext' },
  { name: 'testing', entry: './testing', file: 'testing.ts', lib: ['ES2022', 'DOM'], types: ['node'] },
  {
    name: 'testing-esm',
    entry: './testing',
    file: 'testing.mts',
    lib: ['ES2022'],
    types: ['node'],
    module: 'NodeNext',
  },
  { name: 'redis', entry: './redis', file: 'redis.mts', lib: ['ES2022'], types: ['node'], module: 'NodeNext' },
  { name: 'redis-cjs', entry: './redis', file: 'redis.cts', lib: ['ES2022'], types: ['node'], module: 'NodeNext' },
  { name: 'server-cjs16', entry: './server', file: 'server.cts', lib: ['ES2022'], types: ['node'], module: 'Node16' },
];

/**
 * The folder lies inside the package, so that `onesocket` resolves to the package itself.
 * @returns {Promise<string>} complaints, or an empty string
 */
export async function checkConsumers(entries) {
  const folder = path.join(root, '.cache/consumers');
  await mkdir(folder, { recursive: true });
  const complaints = [];
  for (const { name, entry, file, lib, types, module } of consumers) {
    if (!entries.some(({ subpath }) => subpath === entry)) continue;
    await writeFile(path.join(folder, file), programByEntry[entry]);
    const resolution = module ? { module } : { module: 'ESNext', moduleResolution: 'Bundler' };
    const skipLibCheck = module === 'Node16';
    const { ok, output } = await tsc(`consumer-${name}`, {
      compilerOptions: { target: 'ES2022', ...resolution, lib, types, strict: true, noEmit: true, skipLibCheck },
      files: [path.join(folder, file)],
    });
    if (!ok) complaints.push(`${name}:\n${output}`);
  }
  for (const { subpath, cjs } of entries) {
    const name = path.posix.join('onesocket', subpath);
    const load = [`await import('${name}')`, ...(cjs ? [`createRequire(import.meta.url)('${name}')`] : [])];
    const program = `import { createRequire } from 'node:module';\n${load.join(';\n')};\n${programs[subpath] ?? ''}`;
    const args = ['--input-type=module', '--eval', program];
    await lastLine(process.execPath, args, 20_000, process.env, folder).catch((error) => {
      complaints.push(`${name} does not load, or work: ${error.message}`);
    });
  }
  return complaints.join('\n');
}
