/** `docs/reliability.md` out of what the proofs left in `docs/proof/`. */

const thousands = (value) => Math.round(value).toLocaleString('en-US');
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const when = ({ date, commit }) => `${date.slice(0, 10)}, commit \`${commit}\``;
const byCount = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a);
const promiseOrder = (a, b) => Number(a.slice(1)) - Number(b.slice(1));

/** `e2e/x.spec.ts: part of a title`, `step hang`: as a link, or the step's name. */
export function toReference(proof) {
  const [, step] = /^step (\w+)$/.exec(proof) ?? [];
  if (step) return { step };
  const at = proof.indexOf(': ');
  return { file: proof.slice(0, at), title: proof.slice(at + 2) };
}

/** Where it ran; unsaid: Chromium, or no browser. */
function placeOf(file) {
  if (file.endsWith('.webkit.spec.ts')) return ' in WebKitGTK';
  return file.startsWith('e2e/engines/') ? ' in Firefox and WebKitGTK' : '';
}

function toProof(proof) {
  const { step, file, title } = toReference(proof);
  if (step) return `simulated: \`${step}\``;
  return `[${title}](../${file})${placeOf(file)}`;
}

function simulation(run) {
  const { schedules, passed, failed, steps, seconds, simulatedMs, checks, stepsByKind, jobs } = run;
  return `## Simulated schedules

${when(run)}: **${thousands(schedules)} schedules**, ${thousands(steps)} steps, ${thousands(simulatedMs / 3_600_000)} simulated hours; ${thousands(passed)} passed, ${thousands(failed)} failed. ${thousands(schedules / seconds)} schedules per second in ${jobs} processes.

The real \`client\`, \`core\` and \`server\` run in a world whose pages, locks, channel, storage, network, server process and clocks do what the schedule says. After each task or step what can be seen of the promises is checked, then everything is healed and has to come right. One world in ten is of pages that use two namespaces: P1, P2 and P6 are looked at on its way, P5, P7 and P9 at its end; it has no commands.

${table(
  ['promise', 'schedules', 'steps', 'looks'],
  Object.entries(checks)
    .sort(([a], [b]) => promiseOrder(a, b))
    .map(([promise, looks]) => [
      promise,
      ...[run.schedulesByPromise[promise], run.stepsByPromise[promise], looks].map(thousands),
    ]),
)}

Steps by kind: ${byCount(stepsByKind)
    .map(([kind, count]) => `${kind} ${thousands(count)}`)
    .join(', ')}.

Again: \`npm run simulate -- --runs ${schedules} --seed ${run.seeds[0]} --jobs ${jobs}\`; a failure prints its seed, a shortened schedule and the command that replays it.`;
}

function mutants({ results, ...run }) {
  const promises = [...new Set(results.map(({ promise }) => promise))].sort(promiseOrder);
  const killed = (list) => list.filter(({ verdict }) => verdict === 'killed');
  // Records of before did not say what noticed a defect.
  const tells = results.every(({ net, verdict }) => net !== undefined || verdict !== 'killed');
  const rows = promises.map((promise) => {
    const all = results.filter((result) => result.promise === promise);
    const left = all.filter(({ verdict }) => verdict !== 'killed').map(({ id }) => id);
    const bySimulation = killed(all).filter(({ net }) => net === 'simulation').length;
    return [promise, all.length, killed(all).length, ...(tells ? [bySimulation] : []), left.join(', ')];
  });
  return `## Deliberate defects

${when(run)}: **${killed(results).length} of ${results.length}** killed. Each is a mistake that somebody might make; a test or a simulated schedule has to notice it.${tells ? ' The schedules are tried last: what they killed no test had noticed.' : ''}

${table(['promise', 'defects', 'killed', ...(tells ? ['of these by schedules'] : []), 'not noticed'], rows)}

What each one is stands in [src/testing/mutants](../src/testing/mutants). Again: \`npm run mutate\`.`;
}

function fuzz({ inputsByDoor, ...run }) {
  const rows = byCount(inputsByDoor).map(([door, inputs]) => [door, thousands(inputs)]);
  return `## Hostile input

${when(run)}: generated and mutated messages at each door; nothing crashed, hung, grew without bound, reached another user or passed as valid.

${table(['door', 'inputs'], rows)}

Again: \`FUZZ_RUNS=${run.times} npx vitest run fuzz\`.`;
}

function chaos({ runs, ...run }) {
  const rows = runs.map(({ seed, seconds, faults, events, lives, sessions, outcomes }) => [
    seed,
    seconds,
    ...[faults, lives, sessions, events].map(thousands),
    byCount(outcomes)
      .map(([outcome, count]) => `${outcome} ${thousands(count)}`)
      .join(', '),
  ]);
  return `## Chaos in a real browser

${when(run)}: eight tabs in Chromium, a real server, a seeded mix of faults; healed and compared every 15 s, counted on both ends.

${table(['seed', 'seconds', 'faults', 'lives of pages', 'connections', 'events handled', 'commands'], rows)}

Again: \`npm run chaos -- --seconds 600 --seed ${runs[0]?.seed ?? 7}\`. Every \`npm test\` runs 60 seconds of a fresh seed.`;
}

/** `commits`: by what a test is called, and by a commit's subject. */
function defects(list, commits) {
  const hash = (key) => (commits[key] ? ` (\`${commits[key]}\`)` : '');
  return `## Defects found

What these proofs found in our own code, ${list.length} defects, and what cured each. Where no test is named the red one is in the commit of the cure; the commit beside a test is the one that brought it under its present name. A seed draws the schedule of its day: each kind of step that was added since changes what it draws.

${table(
  ['promise', 'what was wrong', 'found by', 'test', 'cured by the commit'],
  list.map(({ promise, what, foundBy, seed, test, cure }) => [
    promise,
    what,
    seed === undefined ? foundBy : `${foundBy}, seed ${seed}`,
    test ? `${toProof(test)}${hash(test)}` : 'beside the cure',
    `${cure}${hash(cure)}`,
  ]),
)}`;
}

/** Each cell of each is a test; the compiler refuses a table that lacks one. */
const tables = [
  ['the connection', 'src/core/connection.table.test.ts'],
  ['what a tab has handled (inbox)', 'src/core/inbox.table.test.ts'],
  ['what a tab has sent (outbox)', 'src/core/outbox.table.test.ts'],
  ['a session on the server that is catching up', 'src/server/catch-up.table.test.ts'],
];

const truthTables = () => `## Truth tables

${table(
  ['state machine', 'every state with every event'],
  tables.map(([what, file]) => [what, `[${file}](../${file})`]),
)}`;

function faults(list) {
  const rows = list.map(({ fault, proof, note }, index) => [
    index + 1,
    fault,
    [...proof.map(toProof), ...(note ? [note] : [])].join('; '),
  ]);
  return `## Faults, one by one

What the life of pages, browsers, networks and servers does, and where it is done to this package.

${table(['', 'fault', 'survived in'], rows)}`;
}

function open(list) {
  return `## Open

${list.map((what) => `- ${what}`).join('\n')}`;
}

const writers = { simulation, mutants, fuzz, chaos, open };

/** @param {Record<string, any>} proof the files of `docs/proof/`, by name */
export function toMarkdown(proof, found) {
  const runs = Object.entries(writers).flatMap(([name, write]) => (proof[name] ? [write(proof[name])] : []));
  return [
    `# Reliability

Written by \`npm run reliability\` out of [docs/proof](proof): figures of runs, not of hopes. The promises P1 to P10 are in the [README](../README.md#what-it-promises), their exact words in [PROTOCOL.md](../PROTOCOL.md#part-three-the-promises).`,
    ...runs,
    truthTables(),
    faults(proof.faults),
    defects(found, proof.commits),
  ]
    .join('\n\n')
    .concat('\n');
}
