/** docs/testing.md shows pieces of these examples: what is read there is what runs here. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pieces = [...read('docs/testing.md').matchAll(/```tsx?\n\/\/ (recipes\/\S+)\n([\s\S]*?)```/g)];

test('docs/testing.md shows all three examples', () => {
  expect(pieces.map(([, file]) => file)).toEqual([
    'recipes/testing/fail-over.test.ts',
    'recipes/testing/component.test.tsx',
    'recipes/testing/sign-out.test.ts',
  ]);
});

test.each(pieces.map(([, file = '', code = '']) => ({ file, code })))(
  'the piece of $file is in it',
  ({ file, code }) => {
    expect(read(file)).toContain(code);
  },
);
