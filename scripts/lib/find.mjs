/** What the finders of outside programs share. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** @param {string} name @returns {string | undefined} */
export function onPath(name) {
  const candidates = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return candidates.find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a command to its end.
 * @returns {Promise<string>} its last line of output; rejects with the line that says what is wrong
 */
export async function lastLine(command, args, timeoutMs, env = process.env, cwd = undefined) {
  try {
    const { stdout } = await exec(command, args, { timeout: timeoutMs, maxBuffer: 64 << 20, env, cwd });
    return stdout.trim().split('\n').at(-1) ?? '';
  } catch (error) {
    const lines = `${error.stderr || error.message}`.trim().split('\n');
    const complaint = lines.find((line) => /error\b/i.test(line)) ?? lines[0];
    throw new Error(error.killed ? `no end within ${timeoutMs / 1000} s` : complaint.slice(0, 200));
  }
}

export const canApt = () => process.getuid?.() === 0 && onPath('apt-get') !== undefined;

/** @param {readonly string[]} packages */
export async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Two test files may install something at the same time.
  const patient = ['-o', 'DPkg::Lock::Timeout=300'];
  await lastLine('apt-get', [...patient, 'update'], 180_000, env);
  await lastLine('apt-get', [...patient, 'install', '-y', '--no-install-recommends', ...packages], 600_000, env);
}
