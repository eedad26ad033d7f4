/** Names of keys. */

/**
 * As it is, but for what would end a hash tag and for half characters, which UTF-8 can't tell apart:
 * no two names may meet in one key.
 */
export function encodeName(name: string): string {
  return name.replace(/[%{}\p{Surrogate}]/gu, (char) => `%${char.charCodeAt(0).toString(16)}`);
}
