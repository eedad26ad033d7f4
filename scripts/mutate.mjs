/**
 * `npm run mutate`: puts the deliberate defects of `src/testing/mutants` into a copy of the source, one at a time,
 * and looks whether a failing test or a broken promise tells of it.
 * `-- [--only P3] [--id p3-...] [--nets unit,scenes,simulation] [--jobs J] [--json FILE]`
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { stop } from 'esbuild';
import { bundleForNode } from './lib/bundle.mjs';
import { createWorkshop, endAll, netNames } from './lib/mutation.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    id: { type: 'string' },
    nets: { type: 'string', default: netNames.join(',') },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    json: { type: 'string' },
  },
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.once('exit', endAll);

const { mutantsByPromise } = await import(
  pathToFileURL(await bundleForNode('src/testing/mutants/mutants.fixture.ts')).href
);
const mutants = Object.entries(mutantsByPromise)
  .filter(([promise]) => values.only === undefined || values.only.split(',').includes(promise))
  .flatMap(([promise, list]) => list.map((mutant) => ({ promise, ...mutant })))
  .filter(({ id }) => values.id === undefined || values.id.split(',').includes(id));
const nets = values.nets.split(',');
if (mutants.length === 0) throw new Error('There is no such defect');
if (!nets.every((net) => netNames.includes(net))) throw new Error(`The nets are ${netNames.join(', ')}`);

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;
const began = performance.now();
const workshops = await Promise.all(
  Array.from({ length: Math.min(Number(values.jobs), mutants.length) }, (_, job) => createWorkshop(`${job + 1}`)),
);

const control = await workshops[0].control(nets);
if (control.net !== undefined) {
  console.error(`Without any defect it is not green: ${control.by ?? control.broken}`);
  process.exit(2);
}
console.log(`without a defect all is green (${seconds(performance.now() - began)})`);

const queue = [...mutants];
const results = [];
async function work(workshop) {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const start = performance.now();
    const { by, broken, net, why } = await workshop.try(mutant, nets);
    const ms = Math.round(performance.now() - start);
    const verdict = by !== undefined ? 'killed' : broken !== undefined ? 'broken' : 'survived';
    results.push({
      promise: mutant.promise,
      id: mutant.id,
      what: mutant.what,
      verdict,
      net,
      by: by ?? broken,
      why,
      ms,
    });
    console.log(
      `${verdict.padEnd(8)} ${mutant.id.padEnd(28)} ${seconds(ms).padStart(7)}  ${by ?? broken ?? mutant.what}`,
    );
  }
}
await Promise.all(workshops.map(work));
await stop();

const isKilled = ({ verdict }) => verdict === 'killed';
console.log('');
for (const promise of new Set(mutants.map((mutant) => mutant.promise))) {
  const ofPromise = results.filter((result) => result.promise === promise);
  const left = ofPromise.filter((result) => !isKilled(result)).map(({ id, verdict }) => `${id} ${verdict}`);
  console.log(
    `${promise.padEnd(4)} ${[`${ofPromise.filter(isKilled).length} of ${ofPromise.length}`, ...left].join(', ')}`,
  );
}
const killed = results.filter(isKilled).length;
console.log(`${killed} of ${results.length} killed (${seconds(performance.now() - began)})`);
if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = killed === results.length ? 0 : 1;
