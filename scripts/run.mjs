/** `node scripts/run.mjs FILE.ts [args]`: bundles a TypeScript program and runs it (Node 20 can't by itself). */
import { stop } from 'esbuild';
import { bundleForNode } from './lib/bundle.mjs';
import { runChild } from './lib/run-child.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  console.error('usage: node scripts/run.mjs FILE.ts [args]');
  process.exit(2);
}
const bundle = await bundleForNode(file).catch((error) => {
  console.error(`${file} could not be bundled.${error.errors ? '' : ` ${error.message}`}`);
  process.exit(1);
});
await stop(); // esbuild's own process would live as long as the program
process.exit(await runChild(process.execPath, ['--enable-source-maps', bundle, ...args]));
