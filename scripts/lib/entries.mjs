/**
 * The package's entries, in one place: the build, the size check, the tests and package.json's `exports` follow it.
 *
 * - `source`: its file; `out`: its place in `dist/`, without extension
 * - `platform`: `browser` (ESM only) or `node` (ESM, and CommonJS where `cjs`)
 * - `size`: what an application imports of it, the packages that don't count, and in bytes of brotli the
 *   budget that a test holds and the aim that is not met yet (mangling every name would save 2,000 bytes: it is
 *   the promises' own code, so the way there is fewer parts, or parts that load when they are first used)
 * - `planned`: may still be missing
 */
export const entries = [
  {
    subpath: '.',
    source: 'src/index.ts',
    out: 'index',
    platform: 'browser',
    cjs: false,
    size: { imports: 'oneSocket', external: ['socket.io-client', 'broadcast-channel'], budget: 32_000, aim: 8192 },
    planned: false,
  },
  {
    subpath: './react',
    source: 'src/react.ts',
    out: 'react',
    platform: 'browser',
    cjs: false,
    size: { imports: 'useStatus, useEvent, useSharedState, useCommand', external: ['react'], budget: 900, aim: 1024 },
    planned: false,
  },
  {
    subpath: './inspector',
    source: 'src/inspector/index.ts',
    out: 'inspector/index',
    platform: 'browser',
    cjs: false,
    size: { imports: 'mountInspector', external: [], budget: 7_000, aim: 6144 },
    planned: false,
  },
  {
    subpath: './persist',
    source: 'src/persist.ts',
    out: 'persist',
    platform: 'browser',
    cjs: false,
    size: { imports: 'indexedDb', external: [], budget: 1_200, aim: 1024 },
    planned: false,
  },
  {
    subpath: './server',
    source: 'src/server/index.ts',
    out: 'server/index',
    platform: 'node',
    cjs: true,
    size: null,
    planned: false,
  },
  {
    subpath: './testing',
    source: 'src/testing/index.ts',
    out: 'testing/index',
    platform: 'node',
    cjs: false,
    size: null,
    planned: false,
  },
  {
    subpath: './metrics',
    source: 'src/metrics/index.ts',
    out: 'metrics/index',
    platform: 'node',
    cjs: true,
    size: null,
    planned: false,
  },
  {
    subpath: './redis',
    source: 'src/redis/index.ts',
    out: 'redis/index',
    platform: 'node',
    cjs: true,
    size: null,
    planned: false,
  },
];

/** The `exports` of package.json that belong to these entries. */
export function exportsOf({ out, cjs }) {
  const esm = { types: `./dist/${out}.d.ts`, default: `./dist/${out}.js` };
  return cjs ? { import: esm, require: { types: `./dist/${out}.d.cts`, default: `./dist/${out}.cjs` } } : esm;
}
