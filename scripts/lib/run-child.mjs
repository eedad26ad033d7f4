/** Starts a program in the foreground: same terminal, same signals, same exit code. */
import { spawn } from 'node:child_process';

/** A terminal's Ctrl-C reaches the child by itself. */
const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
const parent = process.ppid;

/** Told to end, npm ends the shell between itself and us, but not us: an orphan ends itself. */
function whenOrphaned(run) {
  if (!process.env.npm_lifecycle_event) return () => {};
  const timer = setInterval(() => process.ppid !== parent && run(), 500);
  return () => clearInterval(timer);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it, as shells have it
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forwards = forwarded.map((signal) => {
      const forward = () => child.kill(signal);
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    const stopWatching = whenOrphaned(() => child.kill('SIGTERM'));
    const done = () => {
      stopWatching();
      for (const stop of forwards) stop();
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signalNumbers[signal ?? ''] ?? 0));
    });
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
