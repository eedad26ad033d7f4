/** docs/reliability.md is what its data say, and each fault in it names a step or a test that is there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toMarkdown, toReference } from '../../scripts/lib/reliability.mjs';
import { acts } from './steps.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The lines of a file in which tests are named. */
const titlesOf = (file: string): string =>
  read(file)
    .split('\n')
    .filter((line) => /^\s*(describe|test|it|setup)\b|^\s*['"`]|^\s*[\])}]+\('/.test(line))
    .join('\n');

interface Fault {
  readonly fault: string;
  readonly proof: readonly string[];
  readonly note?: string;
}
const faults = JSON.parse(read('docs/proof/faults.json')) as Fault[];

test.each(faults)('$fault', ({ proof, note }) => {
  expect(proof.length > 0 || note).toBeTruthy();
  for (const each of proof) {
    const { step, file = '', title } = toReference(each);
    if (step !== undefined) expect(Object.keys(acts)).toContain(step);
    else expect(titlesOf(file), `${file} has a test ${title}`).toContain(title);
  }
});

test('docs/reliability.md is written by `npm run reliability` after its data changed', () => {
  const files = readdirSync(path.join(root, 'docs/proof'));
  const proof = Object.fromEntries(
    files.map((file) => [path.basename(file, '.json'), JSON.parse(read(`docs/proof/${file}`)) as unknown]),
  );
  expect(read('docs/reliability.md')).toBe(toMarkdown(proof, JSON.parse(read('src/testing/defects.json'))));
});
