/** Finds a Python with `socketio` and `websocket`, or installs Debian's, or says everything that was tried. */
import { aptInstall, canApt, isExecutable, lastLine, onPath } from './find.mjs';

const packages = ['python3-socketio', 'python3-websocket'];
const program = "import platform, socketio, websocket; print('Python', platform.python_version())";

/**
 * @param {(note: string) => void} [say] told before anything that takes long
 * @returns {Promise<{ executablePath: string, version: string, how: string }>}
 */
export async function findPython(say = console.error) {
  const tried = [];
  const attempt = async (how, executablePath, cure) => {
    if (!executablePath) return tried.push(`${how}: none (${cure})`) && null;
    try {
      return { executablePath, version: await lastLine(executablePath, ['-c', program], 30_000), how };
    } catch (error) {
      tried.push(`${how}: ${executablePath}: ${error.message} (${cure})`);
      return null;
    }
  };
  // Debian's packages are for Debian's Python, which need not be the first on the PATH.
  const ofSystem = () => (isExecutable('/usr/bin/python3') ? '/usr/bin/python3' : undefined);

  const explicit = process.env.ONESOCKET_PYTHON;
  if (explicit) {
    const found = await attempt('ONESOCKET_PYTHON', explicit, 'correct the variable or unset it');
    if (found) return found;
    throw new Error(`ONESOCKET_PYTHON is set but unusable.\n - ${tried.join('\n - ')}`);
  }
  const cure = 'pip install "python-socketio[client]"';
  const found = (await attempt('PATH', onPath('python3'), cure)) ?? (await attempt('/usr/bin', ofSystem(), cure));
  if (found) return found;
  if (canApt()) {
    say(`No Python with socketio found; installing ${packages.join(' and ')} by apt-get`);
    try {
      await aptInstall(packages);
      const installed = await attempt(`apt-get install ${packages.join(' ')}`, ofSystem(), 'reinstall them');
      if (installed) return installed;
    } catch (error) {
      tried.push(`apt-get install -y ${packages.join(' ')}: ${error.message} (run it by hand)`);
    }
  } else tried.push(`apt-get: not as this user or on this system (run: sudo apt-get install -y ${packages.join(' ')})`);
  throw new Error(`No Python with socketio found. Tried, in order:\n - ${tried.join('\n - ')}`);
}
