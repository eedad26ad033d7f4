/** The list of defects names promises that exist, and tests that are there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import defects from './defects.json' with { type: 'json' };
import { promiseIds } from './judge.ts';

const root = path.resolve(import.meta.dirname, '../..');

test.each(defects)('$promise $what', ({ promise, test: named }) => {
  expect(promiseIds).toContain(promise);
  if (named === undefined) return;
  const [file = '', title = ''] = named.split(/: (.*)/s);
  expect(existsSync(path.join(root, file)), file).toBe(true);
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
});
