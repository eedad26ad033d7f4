/** The guides: their code compiles against the public entries, and the recipes in them are the ones that are tested. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { entries } from '../scripts/lib/entries.mjs';
import { tsc } from '../scripts/lib/tsc.mjs';
import { retryByCode } from './protocol/codes.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, '.cache', `docs-${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const guides = readdirSync(path.join(root, 'docs')).flatMap((file) =>
  file.endsWith('.md') ? [file.slice(0, -3)] : [],
);
const texts = new Map([
  ['README', read('README.md')],
  ...guides.map((name) => [name, read(`docs/${name}.md`)] as const),
]);
// A guide with code says in a comment what its blocks are given.
const documents = [...texts].flatMap(([name, text]) => {
  if (!text.includes('<!-- ts\n')) return [];
  const [, given = ''] = /<!-- ts\n([\s\S]*?)-->/.exec(text) ?? [];
  const blocks = [...text.matchAll(/```tsx?\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  return [{ name, given, blocks }];
});
const recipes = documents
  .flatMap(({ blocks }) => blocks)
  .flatMap((code) => {
    const [, file, rest = ''] = /^\/\/ (recipes\/\S+)\n([\s\S]*)$/.exec(code) ?? [];
    return file ? [{ file, code: rest }] : [];
  });

describe('the guides', () => {
  it('compile as they stand, against the entries', { timeout: 60_000 }, async () => {
    mkdirSync(folder, { recursive: true });
    const files = documents.flatMap(({ name, given, blocks }) =>
      blocks.map((code, at) => {
        // A module of its own is named in its first line, for the others to import.
        const [, module] = /^\/\/ (\w+)\.ts\b/.exec(code) ?? [];
        const file = path.join(folder, module ? `${module}.ts` : `${name}-${at}.tsx`);
        const alone = module !== undefined || code.startsWith('// recipes/');
        // A block may make what the others are given.
        const made = [...code.matchAll(/^export (?:const|function) (\w+)/gm)];
        const others = made.reduce(
          (before, [, what = '']) => before.replace(new RegExp(`^declare const ${what}\\b.*\\n`, 'm'), ''),
          given,
        );
        const program = alone ? code : `${others}${code}\nexport {};\n`;
        writeFileSync(file, program.replaceAll("'./orders.ts'", "'../../recipes/stores/orders.ts'"));
        return file;
      }),
    );
    const paths = entries.map(({ subpath, source }) => [
      path.posix.join('onesocket', subpath),
      [path.join(root, source)],
    ]);
    const { output } = await tsc(`docs-${process.pid}`, {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        ...{ lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: ['node'], jsx: 'react-jsx' },
        ...{ noUnusedLocals: false, isolatedDeclarations: false, declaration: false, skipLibCheck: true },
        paths: Object.fromEntries(paths),
      },
      files,
    });
    rmSync(path.join(root, '.cache/tsc', `docs-${process.pid}.json`), { force: true });
    expect(output).toBe('');
    expect(files.length).toBeGreaterThan(6);
  });

  it.each(guides)('docs/%s.md links to files that exist', (name) => {
    const links = [...(texts.get(name) ?? '').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(path.join(root, 'docs', link)))).toEqual([]);
  });

  it('give every code a row with its cause and remedy', () => {
    const rows = [...(texts.get('troubleshooting') ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(rows).toEqual(Object.keys(retryByCode));
  });

  it('show recipes for three stores', () => {
    const names = recipes.map(({ file }) => path.basename(file));
    expect(names).toEqual(['zustand.ts', 'redux-toolkit.ts', 'tanstack-query.ts']);
  });

  it.each(recipes)('$file is what is tested, and under 15 lines', ({ file, code }) => {
    expect(read(file).replaceAll("'../../src/index.ts'", "'onesocket'")).toBe(code);
    expect(code.trimEnd().split('\n').length).toBeLessThan(15);
  });
});
