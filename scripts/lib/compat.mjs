/** `docs/compatibility.md` out of what the bodies of `e2e/compat` gave: nobody writes it by hand, so it can't flatter. */

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const sections = [
  { title: 'Members of `Socket`', rows: 'members', head: 'member', nameOf: (key) => key, show: (key) => `\`${key}\`` },
  {
    title: 'Its own events',
    rows: 'events',
    head: 'event',
    nameOf: (key) => `event ${key}`,
    show: (key) => `\`${key}\``,
  },
  { title: 'Options', rows: 'options', head: 'option', nameOf: (key) => `option ${key}`, show: (key) => `\`${key}\`` },
  { title: 'Behaviour', rows: 'behaviour', head: '', nameOf: (key) => key, show: (key) => key },
];

const isNumber = (value) => value > 0;

/** Bodies in the order in which they first ran, each with whether it passed wherever it ran. */
function bodiesOf(results) {
  const bodies = new Map();
  for (const { rows, what, target, passed } of results) {
    const key = `${rows.join()}: ${what}`;
    const body = bodies.get(key) ?? { rows, what, targets: [], passed: true };
    bodies.set(key, { ...body, targets: [...body.targets, target], passed: body.passed && passed });
  }
  return [...bodies.values()];
}

/** A row is shown by bodies that all passed; one that says `same` by one that ran against all three. */
export function proofOf(row, name, bodies) {
  const of = bodies.filter(({ rows }) => rows.includes(name));
  const isSame = row === 'same' || 'same' in row;
  const shown =
    of.length > 0 && of.every(({ passed }) => passed) && (!isSame || of.some(({ targets }) => targets.length === 3));
  return { shown, numbers: of.map((body) => bodies.indexOf(body) + 1).filter(isNumber) };
}

function verdict(row) {
  if (row === 'same') return 'same';
  const [[kind, text]] = Object.entries(row);
  if (kind === 'same') return `same; ${text}`;
  return kind === 'differs' ? `differs: ${text}` : `not possible: ${text}`;
}

/** Names of rows without a passing body. */
export function untestedIn(rows, { results }) {
  const bodies = bodiesOf(results);
  return sections.flatMap((section) =>
    Object.entries(rows[section.rows])
      .filter(([key, row]) => !proofOf(row, section.nameOf(key), bodies).shown)
      .map(([key]) => section.nameOf(key)),
  );
}

/** @param rows of `e2e/compat/rows.ts` @param run the file `docs/results/compat.json` */
export function toMarkdown(rows, run) {
  const bodies = bodiesOf(run.results);
  const passed = run.results.filter((result) => result.passed).length;
  const all = sections.flatMap((section) =>
    Object.entries(rows[section.rows]).map(([key, row]) => ({ section, key, row, name: section.nameOf(key) })),
  );
  const count = (kind) =>
    all.filter(({ row }) => (typeof row === 'string' ? row : Object.keys(row)[0]) === kind).length;
  const parts = sections.map(({ title, head, show, rows: field }) => {
    const lines = all
      .filter(({ section }) => section.rows === field)
      .map(({ key, row, name }) => {
        const { shown, numbers } = proofOf(row, name, bodies);
        return [show(key), shown ? verdict(row) : '**untested**', numbers.join(', ')];
      });
    return `## ${title}\n\n${table([head, 'here', 'shown by'], lines)}`;
  });
  const list = bodies.map(({ rows: of, what, targets }, index) => {
    const where = targets.length === 3 ? '' : ` (${targets.join(', ')})`;
    return `${index + 1}. ${of.map((name) => `\`${name}\``).join(', ')}: ${what}${where}`;
  });
  return `# What is the same as in socket.io-client

Written by \`npm run compat\`: each body below was run against socket.io-client ${run.client}, against OneSocket in a tab that leads, and in one that follows, with a plain Socket.IO server, in Chromium. ${run.date.slice(0, 10)}: ${bodies.length} bodies, ${passed} of ${run.results.length} runs passed. Of ${all.length} rows ${count('same')} are the same, ${count('differs')} differ, ${count('notPossible')} are not possible. The rows come from socket.io-client's own types: what is new there fails \`npm run check\` until it is decided here.

How to change over: [migration.md](migration.md).

${parts.join('\n\n')}

## The bodies

A number in the tables is one of these, in \`e2e/compat\`. A row that differs is shown by a body that expects both, the one and the other.

${list.join('\n')}
`;
}
