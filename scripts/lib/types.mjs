/** The entries' declarations: emitted by tsc, then only what an entry reaches is copied to its place. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './bundle.mjs';
import { tsc } from './tsc.mjs';

const relativeImport = /(['"])(\.{1,2}\/[^'"]+)\.ts\1/g;

/**
 * @param {readonly (typeof import('./entries.mjs').entries)[number][]} entries
 * @param {string} dist
 * @returns {Promise<string>} complaints, or an empty string
 */
export async function emitTypes(entries, dist) {
  const name = `types-${process.pid}`;
  const draft = path.join(root, '.cache', name);
  try {
    const { ok, output } = await tsc(name, {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        types: ['node'],
        noEmit: false,
        emitDeclarationOnly: true,
        outDir: draft,
        rootDir: path.join(root, 'src'),
      },
      files: entries.map(({ source }) => path.join(root, source)),
    });
    if (!ok) return output;
    for (const kind of ['js', 'cjs']) {
      const ofKind = entries.filter(({ cjs }) => kind === 'js' || cjs);
      const files = await reachable(ofKind.map(({ source }) => declarationOf(path.relative('src', source), draft)));
      for (const [file, types] of files) {
        const target = path.join(dist, path.relative(draft, file)).replace(/\.ts$/, kind === 'cjs' ? '.cts' : '.ts');
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, types.replace(relativeImport, `$1$2.${kind}$1`));
      }
    }
    return '';
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(path.join(root, '.cache/tsc', `${name}.json`), { force: true });
  }
}

const declarationOf = (source, folder) => path.join(folder, source.replace(/\.ts$/, '.d.ts'));

/** @returns {Promise<Map<string, string>>} text by file, of all that the files import from each other */
async function reachable(files) {
  const textByFile = new Map();
  for (const queue = [...files]; queue.length > 0; ) {
    const file = queue.pop();
    if (textByFile.has(file)) continue;
    const text = await readFile(file, 'utf8');
    textByFile.set(file, text);
    for (const [, , imported] of text.matchAll(relativeImport)) {
      queue.push(declarationOf(`${imported}.ts`, path.dirname(file)));
    }
  }
  return textByFile;
}
