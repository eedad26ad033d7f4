/** One user's tabs in one browser, as the handshake named them. */
export function toBrowser(userId: string, client: string): string {
  // Tabs without a channel call themselves `<client>/<tab>`: still the same browser.
  return `${userId} ${client.split('/', 1)[0]}`;
}
