/** `npm start`: the demo at http://localhost:3000; `PORT` moves it. */
import { stop } from 'esbuild';
import { bundleForNode, root } from './lib/bundle.mjs';
import { runChild } from './lib/run-child.mjs';

const port = process.env.PORT || '3000';
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
  console.error(`PORT must be a number from 0 to 65535, not "${port}".`);
  process.exit(2);
}
const bundle = await bundleForNode('demo/server/main.ts').catch((error) => {
  console.error(`The demo could not be bundled.${error.errors ? '' : ` ${error.message}`}`);
  process.exit(1);
});
await stop(); // esbuild's own process would live as long as the program
const args = ['--enable-source-maps', bundle, ...process.argv.slice(2)];
process.exit(await runChild(process.execPath, args, { cwd: root, env: { ...process.env, PORT: port } }));
