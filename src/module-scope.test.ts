/**
 * Importing an entry does nothing: a child process imports it where every browser global and timer notes
 * who touches it, and has to end by itself. Packages may look at the world as they like; we may not.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bundleForNode, root } from '../scripts/lib/bundle.mjs';
import { entries } from '../scripts/lib/entries.mjs';

const browser = [
  ...['window', 'document', 'navigator', 'location', 'history', 'BroadcastChannel', 'MessageChannel', 'WebSocket'],
  ...['SharedWorker', 'Worker', 'indexedDB', 'localStorage', 'sessionStorage', 'fetch', 'XMLHttpRequest'],
  ...['addEventListener', 'dispatchEvent', 'crypto', 'performance', 'console', 'self'],
];
const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Plain JavaScript of the child. A bundle contains only our code: packages stay outside of it. */
const program = (bundle: string) => `
const touched = new Set();
const ours = ${JSON.stringify(bundle)};
const note = (name) => {
  const [, , , caller = ''] = new Error().stack.split('\\n');
  if (caller.includes(ours)) touched.add(name);
};
for (const name of ${JSON.stringify([...browser, ...timers])}) {
  const real = globalThis[name];
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() { note(name); return real; },
    set() { note(name + ' ='); },
  });
}
const before = new Set(Reflect.ownKeys(globalThis));
const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
const listening = listeners();
await import(${JSON.stringify(pathToFileURL(bundle).href)});
for (const key of Reflect.ownKeys(globalThis)) if (!before.has(key)) touched.add('new global ' + String(key));
if (listeners() !== listening) touched.add('listener on process');
process.stdout.write(JSON.stringify([...touched]));
`;

async function touchedBy(source: string): Promise<unknown> {
  const bundle = await bundleForNode(source);
  const args = ['--no-warnings', '--input-type=module', '--eval', program(bundle)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 20_000 });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('importing has no side effect', () => {
  for (const { subpath, source } of entries) {
    const exists = existsSync(path.join(root, source));
    test.skipIf(!exists)(
      `entry ${subpath}${exists ? '' : `: ${source} is not there yet`}`,
      { timeout: 30_000 },
      async () => {
        expect(await touchedBy(source)).toEqual([]);
      },
    );
  }

  test('the poison works', { timeout: 30_000 }, async () => {
    expect(await touchedBy('src/module-scope.fixture.ts')).toEqual(['navigator', 'setTimeout', 'new global left']);
  });
});
