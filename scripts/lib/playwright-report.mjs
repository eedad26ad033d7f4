/** Playwright's JSON report, counted. */

const testsIn = ({ specs = [], suites = [] }) => [
  ...specs.flatMap(({ file, title, tests }) => tests.map((test) => ({ ...test, name: `${file}: ${title}` }))),
  ...suites.flatMap(testsIn),
];

/** @returns {Pick<import('./parts.mjs').Part, 'passed' | 'failed' | 'skipped'>} */
export function countOf({ stats, suites, errors }) {
  const left = suites.flatMap(testsIn).filter(({ status }) => status === 'skipped');
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: left.map(({ projectName, name }) => `[${projectName}] ${name}`),
  };
}

/** What tests said of themselves by annotations of this type, each once. @returns {Set<string>} */
export const notesIn = ({ suites }, type) =>
  new Set(
    suites
      .flatMap(testsIn)
      .flatMap(({ annotations }) => annotations.filter((note) => note.type === type).map((note) => note.description)),
  );
