/** Names in keys. */

/**
 * As it is, but for what would end a hash tag, what separates, and half characters, which UTF-8 can't tell apart:
 * no two names may meet in one key.
 */
export function encodeName(name: string): string {
  return name.replace(/[%{}\s\p{Surrogate}]/gu, (char) => `%${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
