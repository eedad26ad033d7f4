/** `npm run chaos -- [--seconds N] [--seed S]`: the chaos run of the end-to-end tests, as long as you like. */
import path from 'node:path';
import { root } from './lib/bundle.mjs';
import { runChild } from './lib/run-child.mjs';

const args = process.argv.slice(2);
const value = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);
const [seconds, seed] = [value('seconds'), value('seed')];
const env = { ...process.env, ...(seconds && { CHAOS_SECONDS: seconds }), ...(seed && { CHAOS_SEED: seed }) };
const e2e = path.join(root, 'scripts/e2e.mjs');
process.exit(await runChild(process.execPath, [e2e, 'chaos.realistic'], { cwd: root, env }));
