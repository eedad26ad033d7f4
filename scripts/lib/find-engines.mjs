/** Finds what the tests in Firefox and WebKitGTK need, or says what to install. Nothing is installed unasked: it is much. */
import { onPath } from './find.mjs';

const packages = { firefox: 'firefox-esr', WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' };

/** Programs by engine, where they were found. @returns {Record<string, Record<string, string | undefined>>} */
function programs() {
  const firefox = process.env.ONESOCKET_FIREFOX ?? onPath('firefox-esr') ?? onPath('firefox');
  return { firefox: { firefox }, webkit: { WebKitWebDriver: onPath('WebKitWebDriver'), Xvfb: onPath('Xvfb') } };
}

export const engines = Object.keys(programs());

/**
 * @param {readonly string[]} wanted some of `engines`
 * @returns {Record<string, string>} what the tests have to be told in their environment
 */
export function findEngines(wanted) {
  if (process.platform !== 'linux') throw new Error('Linux only: the tests find the process of a page in /proc.');
  const found = wanted.flatMap((engine) => Object.entries(programs()[engine]));
  const missing = found.filter(([, file]) => !file).map(([name]) => name);
  if (missing.length > 0) {
    const cure = `apt-get install -y ${missing.map((name) => packages[name]).join(' ')}`;
    throw new Error(`Not on the PATH: ${missing.join(', ')}. On Debian (all of it some 300 MB):\n  ${cure}`);
  }
  const { firefox } = Object.fromEntries(found);
  return firefox ? { ONESOCKET_FIREFOX: firefox } : {};
}
