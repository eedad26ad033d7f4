/** Options whose names are checked. */

/**
 * Refuses what is misspelt: it would be ignored without a word, limits and checks of a token with it.
 * @param known - all of the names; typed so that none is forgotten
 * @throws TypeError
 */
export function checkOptions(where: string, options: object, known: object): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const message = `${where}: there is no option ${JSON.stringify(unknown)}. There are ${Object.keys(known).join(', ')}`;
  throw Object.assign(new TypeError(message), { code: 'unknown_option' });
}
