/** `npm run simulate -- [--runs N] [--seed S] [--steps K] [--replay SCHEDULE]`: the real client and companion in a simulated world. */
import { stop } from 'esbuild';
import { bundleForNode } from './lib/bundle.mjs';
import { runChild } from './lib/run-child.mjs';

const bundle = await bundleForNode('src/testing/simulate.ts');
await stop(); // esbuild's own process would live as long as the program
process.exit(await runChild(process.execPath, ['--enable-source-maps', bundle, ...process.argv.slice(2)]));
