/**
 * `npm run reliability`: writes docs/reliability.md. With `-- --simulation FILE`, `--mutants FILE`, `--fuzz FILE`,
 * `--chaos FILE` it takes what the runs left (`--json`, `FUZZ_JSON`, `CHAOS_JSON`) into docs/proof/ first.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/bundle.mjs';
import { toMarkdown } from './lib/reliability.mjs';

const folder = path.join(root, 'docs/proof');
const names = ['simulation', 'mutants', 'fuzz', 'chaos'];
const { values } = parseArgs({
  options: { times: { type: 'string' }, ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])) },
});
const lines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What a run left, as it is kept. */
const readers = {
  simulation: (text) => JSON.parse(text),
  mutants: (text) => ({
    results: JSON.parse(text).map(({ promise, id, what, verdict, net }) => ({ promise, id, what, verdict, net })),
  }),
  fuzz(text) {
    const inputsByDoor = {};
    for (const line of lines(text)) {
      for (const [door, inputs] of Object.entries(line)) inputsByDoor[door] = (inputsByDoor[door] ?? 0) + inputs;
    }
    return { times: Number(values.times ?? 1), inputsByDoor };
  },
  chaos: (text) => ({ runs: lines(text) }),
};

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
for (const name of names) {
  if (!values[name]) continue;
  const kept = {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    ...readers[name](readFileSync(values[name], 'utf8')),
  };
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
const found = JSON.parse(readFileSync(path.join(root, 'src/testing/defects.json'), 'utf8'));
/** Looked up once: the history of what is landed does not change. */
const commitsFile = path.join(folder, 'commits.json');
const commits = existsSync(commitsFile) ? JSON.parse(readFileSync(commitsFile, 'utf8')) : {};
const short = (hash) => hash.slice(0, 8);
const bySubject = new Map(
  git('log', '--format=%H %s')
    .split('\n')
    .map((line) => [line.slice(41), short(line)]),
);
const firstWith = (title) =>
  short(git('log', '--reverse', '--format=%H', '-S', title, '--', 'src', 'e2e').split('\n')[0]);
for (const { test, cure } of found) {
  if (bySubject.has(cure)) commits[cure] ??= bySubject.get(cure);
  if (test && !commits[test]) commits[test] = firstWith(test.slice(test.indexOf(': ') + 2));
}
const kept = Object.fromEntries(
  found.flatMap(({ test, cure }) => [test, cure]).flatMap((key) => (commits[key] ? [[key, commits[key]]] : [])),
);
writeFileSync(commitsFile, `${JSON.stringify(kept, null, 2)}\n`);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const proof = Object.fromEntries(
  files.map((file) => [path.basename(file, '.json'), JSON.parse(readFileSync(path.join(folder, file), 'utf8'))]),
);
writeFileSync(path.join(root, 'docs/reliability.md'), toMarkdown(proof, found));
