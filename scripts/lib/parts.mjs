/** A part of a test run: what it counts and how it is told. */
import { spawn } from 'node:child_process';
import { root } from './bundle.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} skipped what was left out, and why
 * @property {string} [output] of a failure, verbatim
 * @property {number} [ms]
 */

/** A part that counts as one test. @returns {Part} */
export function single(name, ok, output = '') {
  return ok ? { name, passed: 1, failed: 0, skipped: [] } : { name, passed: 0, failed: 1, skipped: [], output };
}

/** @returns {Part} */
export const skippedPart = (name, reason) => ({ name, passed: 0, failed: 0, skipped: [reason] });

/** @param {() => Promise<Part>} run @returns {Promise<Part>} */
export async function timed(run) {
  const startedAt = performance.now();
  return { ...(await run()), ms: performance.now() - startedAt };
}

/** With `CI=true` nothing may be skipped. */
export const maySkip = process.env.CI !== 'true';

/** @param {Part} part */
export const isGreen = ({ failed, skipped }) => failed === 0 && (maySkip || skipped.length === 0);

/** @param {Part} part */
export function tell(part) {
  const { name, passed, failed, skipped, output, ms = 0 } = part;
  const mark = isGreen(part) ? 'ok  ' : 'FAIL';
  const counts = `${passed} passed, ${failed} failed${skipped.length ? `, ${skipped.length} skipped` : ''}`;
  console.log(`${mark} ${name.padEnd(20)} ${counts} (${(ms / 1000).toFixed(1)} s)`);
  for (const what of skipped) console.log(`     skipped${maySkip ? '' : ', and CI=true forbids it'}: ${what}`);
  if (failed > 0 && output) console.log(output);
}

/** Runs a program of this repository, its output shown as it comes and returned. */
export function runShown(command, args, env = {}) {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] };
    const child = spawn(command, args, options);
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (chunk) => {
        output += chunk;
        to.write(chunk);
      });
    }
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
