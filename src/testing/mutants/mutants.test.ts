/** The set must not rot: a defect that is no longer to be put in proves nothing. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutantsByPromise } from './mutants.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const least = 4;
const all = Object.entries(mutantsByPromise).flatMap(([promise, list]) => list.map((mutant) => ({ promise, mutant })));

describe('deliberate defects', () => {
  test('there are some for each promise', () => {
    const counts = Object.entries(mutantsByPromise).map(([promise, { length }]) => ({ promise, length }));
    expect(counts.length).toBe(10);
    expect(counts.filter(({ length }) => length < least)).toEqual([]);
  });

  test('each has a name of its own, that begins with its promise', () => {
    const ids = all.map(({ mutant }) => mutant.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const wrong = all.filter(({ promise, mutant }) => !mutant.id.startsWith(`${promise.toLowerCase()}-`));
    expect(wrong.map(({ mutant }) => mutant.id)).toEqual([]);
  });

  test('each can still be put in, at one place, and changes something', () => {
    const wrong = all.filter(({ mutant: { file, find, replace } }) => {
      const source = readFileSync(path.join(root, file), 'utf8');
      return find === replace || source.split(find).length !== 2;
    });
    expect(wrong.map(({ mutant: { id, file } }) => `${id}: mend it after the change of ${file}`)).toEqual([]);
  });
});
