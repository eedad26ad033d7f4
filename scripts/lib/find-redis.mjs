/** Finds a redis-server, or installs one, or says everything that was tried and what to do. */
import { aptInstall, canApt, lastLine, onPath } from './find.mjs';

/**
 * @param {(note: string) => void} [say] told before anything that takes long
 * @returns {Promise<{ executablePath: string, version: string, how: string }>}
 */
export async function findRedis(say = console.error) {
  const tried = [];
  const attempt = async (how, executablePath, cure) => {
    if (!executablePath) return tried.push(`${how}: none (${cure})`) && null;
    try {
      return { executablePath, version: await lastLine(executablePath, ['--version'], 10_000), how };
    } catch (error) {
      tried.push(`${how}: ${executablePath} does not start: ${error.message} (${cure})`);
      return null;
    }
  };
  const ofSystem = () => onPath('redis-server') ?? onPath('valkey-server');

  const explicit = process.env.ONESOCKET_REDIS_SERVER;
  if (explicit) {
    const found = await attempt('ONESOCKET_REDIS_SERVER', explicit, 'correct the variable or unset it');
    if (found) return found;
    throw new Error(`ONESOCKET_REDIS_SERVER is set but unusable.\n - ${tried.join('\n - ')}`);
  }
  const found = await attempt('PATH', ofSystem(), 'install redis-server or valkey-server');
  if (found) return found;
  if (canApt()) {
    say('No redis-server found; installing it by apt-get');
    try {
      await aptInstall(['redis-server']);
      const installed = await attempt('apt-get install redis-server', ofSystem(), 'reinstall it');
      if (installed) return installed;
    } catch (error) {
      tried.push(`apt-get install -y redis-server: ${error.message} (run it by hand)`);
    }
  } else tried.push('apt-get: not as this user or on this system (run: sudo apt-get install -y redis-server)');
  throw new Error(`No usable redis-server found. Tried, in order:\n - ${tried.join('\n - ')}`);
}
