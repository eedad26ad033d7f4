/** The simulated world must not know the rules that it is there to check. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const read = (file: string): string => readFileSync(path.join(import.meta.dirname, file), 'utf8');
/** They judge what a tab was handed, by the ledger: ids of one epoch are compared there, and nowhere else. */
const judges = ['recorder.ts', 'channel-recorder.ts', 'healed.ts', 'ledger.ts', 'namespaces-healed.ts'];

test('src/testing takes nothing of the cursor rule but its types', () => {
  const imports = files.flatMap((file) =>
    [
      ...read(file).matchAll(/^import (type )?\{[^}]*\} from '[^']*\/(?:cursor|inbox|replay|session|ring)\.ts';$/gm),
    ].map(([text, type]) => ({ text, isType: type !== undefined })),
  );
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter(({ isType }) => !isType)).toEqual([]);
});

test('src/testing compares no ids, places or epochs of frames outside of its judges', () => {
  const comparison = /\b(?:prev|epoch|id)\s*(?:[<>]=?|[!=]==)|(?:[<>]=?|[!=]==)\s*[\w.?]*\.(?:prev|epoch|id)\b/;
  const hits = files
    .filter((file) => !judges.includes(file))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .filter((line) => comparison.test(line.replace(/\/\/.*|^\s*\*.*|^\s*\/\*.*/, '')))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(hits).toEqual([]);
});

test('the judges never tell a tab where it stands', () => {
  for (const file of judges) expect(read(file)).not.toMatch(/\b(?:inbox|apply|startAt|request_sync)\b/);
});
