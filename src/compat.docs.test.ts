/** docs/compatibility.md: every row is decided, shown by a body that passed, and is what the last run gave. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as client from 'socket.io-client';
import { expect, test } from 'vitest';
import { cases } from '../e2e/compat/cases.ts';
import * as rows from '../e2e/compat/rows.ts';
import { targets } from '../e2e/compat/types.ts';
import { toMarkdown, untestedIn } from '../scripts/lib/compat.mjs';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
interface Ran {
  readonly target: string;
  readonly rows: readonly string[];
  readonly what: string;
  readonly passed: boolean;
}
const run = JSON.parse(read('docs/results/compat.json')) as { readonly results: readonly Ran[] };
const nameOf = (target: string, of: readonly string[], what: string) => `${target}: ${of.join()}: ${what}`;

test('no row of the table is untested', () => {
  expect(untestedIn(rows, run)).toEqual([]);
});

test('the last run was of these bodies, and all of them passed: `npm run compat` runs them', () => {
  const wanted = cases.flatMap(({ rows: of, what, targets: only = targets }) => only.map((to) => nameOf(to, of, what)));
  const passed = run.results.filter((result) => result.passed);
  expect(passed.map((result) => nameOf(result.target, result.rows, result.what)).sort()).toEqual(wanted.sort());
});

test('docs/compatibility.md is written by `npm run compat` after its data changed', () => {
  expect(read('docs/compatibility.md')).toBe(toMarkdown(rows, run));
});

test('every public member that a socket of socket.io-client has when it runs is a row, or private by its types', () => {
  const socket = client.io('http://127.0.0.1:9', { autoConnect: false });
  const members = new Set(Object.keys(socket));
  for (let at: object = socket; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) members.add(name);
  }
  const isPrivate =
    /^(_.*|constructor|nsp|ids|acks|flags|subs|subEvents|on(open|error|close|packet|event|ack|connect)|emit(Reserved|Event|Buffered)|packet|ack|ondisconnect|destroy|notifyOutgoingListeners)$/;
  const undecided = [...members].filter((name) => !isPrivate.test(name) && !Object.hasOwn(rows.members, name));
  expect(undecided).toEqual([]);
});
