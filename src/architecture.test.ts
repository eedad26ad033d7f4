/** The house's rules that a program can check. Each failure names the file and the rule. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { entries, exportsOf } from '../scripts/lib/entries.mjs';

/** Who may import whom; a layer may always import itself. `index` and `react` are files, the others folders. */
const layers: Record<string, readonly string[]> = {
  protocol: [],
  core: ['protocol'],
  client: ['core', 'protocol'],
  browser: ['core', 'protocol'],
  server: ['protocol'],
  redis: ['server', 'protocol'],
  metrics: ['server'],
  testing: ['core', 'client', 'server', 'protocol'],
  index: ['client', 'browser', 'core', 'protocol'],
  react: ['client', 'core', 'protocol'],
  persist: ['client', 'core', 'protocol'],
  inspector: ['client', 'core', 'protocol'],
};

/** Within the client: what all share lies in the folder itself, and each of these imports only those before it. */
const clientFolders = ['', 'tab', 'state', 'leader', 'group', 'socket'];

/** `node:` stands for all of Node's own. The schema package holds types only; they are part of our public ones. */
const packages: Record<string, readonly string[]> = {
  client: ['@standard-schema/spec'],
  browser: ['socket.io-client', 'idb-keyval', 'broadcast-channel'],
  server: ['@standard-schema/spec', 'socket.io', 'jose', 'node:'],
  redis: ['redis', 'node:'],
  metrics: ['prom-client', 'node:'],
  react: ['react'],
  testing: ['node:'],
};

/** Outside of src only entries may be imported. Exceptions: importing file -> why. The demo gets none. */
const mayReachInside: Record<string, string> = {
  'e2e/support/nodes.ts': 'starts the redis-server that the tests of `src/redis` start',
};

const maxLines = 300;
const impure = /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|console\.)/g;
const leftBehind = /\b(?:test|it|describe)\.(?:\w+\.)*(?:only|skip|fixme|todo)\b|\bwaitFor(?:Timeout)\b/g;
const promises = Array.from({ length: 10 }, (_, index) => `P${index + 1}`);

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

function filesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  const all = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  return all
    .filter((item) => item.isFile() && pattern.test(item.name) && !item.parentPath.includes('node_modules'))
    .map((item) => path.relative(root, path.join(item.parentPath, item.name)).replaceAll(path.sep, '/'))
    .sort();
}

/** Strings are matched first, so that a `//` inside of one is no comment. */
const tokens = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/.*|\/\*[\s\S]*?\*\//g;
const withoutComments = (source: string) => source.replace(tokens, (_, string?: string) => string ?? '');

interface Import {
  /** A file of this repository, or a package. */
  readonly from: string;
  readonly local: boolean;
  /** `*`: any of them. */
  readonly names: readonly { readonly theirs: string; readonly ours: string }[];
  readonly reExport: boolean;
}
interface Module {
  readonly file: string;
  readonly imports: readonly Import[];
  readonly exported: ReadonlySet<string>;
}

const everything = [{ theirs: '*', ours: '*' }];

function namesOf(clause: string): Import['names'] {
  const [, list] = /\{([^}]*)\}/.exec(clause) ?? [];
  if (list === undefined) return clause.includes('*') ? everything : [{ theirs: 'default', ours: clause.trim() }];
  const named = list.split(',').map((name) => name.trim().replace(/^type\s+/, ''));
  const pairs = named.filter(Boolean).map((name) => {
    const [theirs = '', ours = theirs] = name.split(/\s+as\s+/);
    return { theirs, ours };
  });
  return /^\s*\w+\s*,/.test(clause) ? [...pairs, { theirs: 'default', ours: 'default' }] : pairs;
}

const fromClause =
  /\b(import|export)\s+(?:type\s+)?(\*(?:\s+as\s+\w+)?|\w+|(?:\w+\s*,\s*)?\{[^}]*\})\s*from\s*['"]([^'"]+)['"]/g;
const bareImport = /\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
const declaration =
  /^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|const|let|class|interface|type|enum)\s+([\w$]+)/gm;
const exportList = /^export\s+(?:type\s+)?(\{[^}]*\})(?!\s*from)/gm;

function parse(file: string): Module {
  const source = withoutComments(read(file));
  const imports: Import[] = [];
  const add = (specifier: string, names: Import['names'], reExport: boolean) => {
    const local = specifier.startsWith('.');
    const from = local ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
    imports.push({ from, local, names, reExport });
  };
  for (const [, keyword, clause = '', specifier = ''] of source.matchAll(fromClause)) {
    add(specifier, namesOf(clause), keyword === 'export');
  }
  for (const [, specifier = ''] of source.matchAll(bareImport)) add(specifier, everything, false);
  const exported = new Set([...source.matchAll(declaration)].map(([, name = '']) => name));
  for (const [, list = ''] of source.matchAll(exportList)) for (const { ours } of namesOf(list)) exported.add(ours);
  if (/^export\s+default\b/m.test(source)) exported.add('default');
  for (const { reExport, names } of imports) {
    if (reExport && names !== everything) for (const { ours } of names) exported.add(ours);
  }
  return { file, imports, exported };
}

const isTest = (file: string) => /\.(?:test|spec|contract|fixture)\.ts$/.test(file);
const layerOf = (file: string) => file.split('/')[1]?.replace(/\.ts$/, '') ?? '';
const sources = filesIn('src', /\.tsx?$/)
  .filter((file) => !isTest(file))
  .map(parse);
const byFile = new Map(sources.map((module) => [module.file, module]));
const entryFiles = entries.map(({ source }) => source);
const tests = ['src', 'demo', 'e2e', 'bench', 'recipes'].flatMap((folder) => filesIn(folder, /\.tsx?$/)).filter(isTest);
const thisTest = 'src/architecture.test.ts';

function hits(file: string, pattern: RegExp): string[] {
  const lines = withoutComments(read(file)).split('\n');
  return lines.flatMap((line) => [...line.matchAll(pattern)].map(([found]) => `${file}: ${found}`));
}

describe('architecture', () => {
  test('every file belongs to a known layer and imports only the layers below', () => {
    const wrong = sources.flatMap(({ file, imports }) => {
      const layer = layerOf(file);
      const allowed = layers[layer];
      if (!allowed) return [`${file}: no layer "${layer}" is known`];
      const local = imports.filter((each) => each.local).map(({ from }) => from);
      const forbidden = local.filter((from) => {
        const theirs = layerOf(from);
        return !from.startsWith('src/') || (theirs !== layer && !allowed.includes(theirs));
      });
      return forbidden.map((from) => `${file} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('within the client each folder imports only those before it', () => {
    const rankOf = (file: string) => clientFolders.indexOf(path.posix.dirname(file).slice('src/client/'.length));
    const client = sources.filter(({ file }) => file.startsWith('src/client/'));
    const wrong = client.flatMap(({ file, imports }) => {
      if (rankOf(file) < 0) return [`${file}: no such folder is known`];
      const within = imports.map(({ from }) => from).filter((from) => from.startsWith('src/client/'));
      return within.filter((from) => rankOf(from) > rankOf(file)).map((from) => `${file} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('packages are imported only where they belong', () => {
    const wrong = sources.flatMap(({ file, imports }) => {
      const allowed = packages[layerOf(file)] ?? [];
      const fine = (from: string) =>
        allowed.some((name) => from === name || from.startsWith(name.endsWith(':') ? name : `${name}/`));
      const outside = imports.filter(({ from, local }) => !local && !fine(from)).map(({ from }) => from);
      return outside.map((from) => `${file} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('no import cycle, types counted', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, way: readonly string[]): void => {
      const start = way.indexOf(file);
      if (start >= 0) cycles.push([...way.slice(start), file].join(' -> '));
      if (start >= 0 || done.has(file)) return;
      for (const { from } of byFile.get(file)?.imports ?? []) visit(from, [...way, file]);
      done.add(file);
    };
    for (const { file } of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('demo, e2e, bench and recipes use only the public entries', () => {
    const outside = ['demo', 'e2e', 'bench', 'recipes'].flatMap((folder) => filesIn(folder, /\.tsx?$/)).map(parse);
    const wrong = outside.flatMap(({ file, imports }) => {
      if (file in mayReachInside && !file.startsWith('demo/')) return [];
      const inside = imports.map(({ from }) => from).filter((from) => from.startsWith('src/'));
      return inside.filter((from) => !entryFiles.includes(from)).map((from) => `${file} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('everything exported is used by another file, or public', () => {
    const used = new Set<string>();
    const use = (file: string, name: string): void => {
      const module = byFile.get(file);
      if (!module || used.has(`${file}#${name}`)) return;
      used.add(`${file}#${name}`);
      if (name === '*') for (const each of module.exported) use(file, each);
      for (const { from, names, reExport } of module.imports) {
        if (!reExport) continue;
        if (names === everything) use(from, name);
        for (const { theirs, ours } of names) if (ours === name) use(from, theirs);
      }
    };
    for (const { file, imports } of sources) {
      if (entryFiles.includes(file)) use(file, '*');
      for (const { from, names, reExport } of imports) if (!reExport) for (const { theirs } of names) use(from, theirs);
    }
    // A pure function or a state that only its tests look at by name is used: they are why it has a name.
    for (const { imports } of filesIn('src', /\.ts$/).filter(isTest).map(parse)) {
      for (const { from, names } of imports) for (const { theirs } of names) use(from, theirs);
    }
    const unused = sources.flatMap(({ file, exported }) =>
      [...exported].filter((name) => !used.has(`${file}#${name}`)).map((name) => `${file}: ${name}`),
    );
    expect(unused).toEqual([]);
  });

  test('no clock, chance or console in protocol, core and client', () => {
    const pure = sources.map(({ file }) => file).filter((file) => /^src\/(?:protocol|core|client)\//.test(file));
    expect(pure.flatMap((file) => hits(file, impure))).toEqual([]);
  });

  test(`no file is longer than ${maxLines} lines`, () => {
    const folders = ['src', 'demo', 'e2e', 'bench', 'recipes', 'scripts'];
    const files = folders.flatMap((folder) => filesIn(folder, /\.(?:tsx?|m?js|css|html)$/));
    const lines = (file: string) => read(file).trimEnd().split('\n').length;
    expect(files.filter((file) => lines(file) > maxLines).map((file) => `${file}: ${lines(file)}`)).toEqual([]);
  });

  test('no test is left out, alone or waits for a number', () => {
    const files = [...tests, ...filesIn('e2e', /\.ts$/)].filter((file) => file !== thisTest);
    expect([...new Set(files)].flatMap((file) => hits(file, leftBehind))).toEqual([]);
  });
});

describe('promises', () => {
  const ids = tests
    .filter((file) => file !== thisTest)
    .flatMap((file) =>
      [...withoutComments(read(file)).matchAll(/\[(P\d+)(?:\.\d+)?\]/g)].map(([, id = '']) => ({ file, id })),
    );

  test('every id in a title is a known promise', () => {
    expect(ids.filter(({ id }) => !promises.includes(id)).map(({ file, id }) => `${file}: ${id}`)).toEqual([]);
  });
  test('every promise has a test', () => {
    expect(promises.filter((promise) => !ids.some(({ id }) => id === promise))).toEqual([]);
  });
});

describe('package', () => {
  const manifest = JSON.parse(read('package.json'));

  test('exports are the entries of scripts/lib/entries.mjs', () => {
    const { './package.json': _, ...exported } = manifest.exports;
    expect(exported).toEqual(Object.fromEntries(entries.map((entry) => [entry.subpath, exportsOf(entry)])));
  });
  test('the lock file names no registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "\w+:/);
  });
  test('every package that src imports is declared', () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
    const nameOf = (from: string) => from.split('/', from.startsWith('@') ? 2 : 1).join('/');
    const imported = sources.flatMap(({ imports }) => imports.filter(({ local }) => !local));
    const outside = imported.map(({ from }) => nameOf(from)).filter((name) => !name.startsWith('node:'));
    expect([...new Set(outside)].filter((name) => !Object.hasOwn(declared, name))).toEqual([]);
  });
});
