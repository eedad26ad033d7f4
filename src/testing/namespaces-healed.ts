/** What a healed world of several namespaces looks like: one connection to each that is used, all of one page. */
import type { NamespacesWorld } from './namespaces.ts';

/** What is not as it has to be in a healed world. */
export async function differencesOf({ spaces, uses }: NamespacesWorld): Promise<readonly string[]> {
  const wrong: string[] = [];
  const leaders = new Set<string>();
  for (const space of spaces) {
    const present = uses.filter((use) => use.space === space && use.page.page.state() !== 'dead' && !use.left);
    const ours = (space.server()?.hub()?.accepted() ?? []).map(({ page }) => page);
    for (const page of ours) leaders.add(page);
    // One that nobody uses any more ends when its last user is known to be gone, which may take two roll-calls.
    if (ours.length > 1 || (ours.length === 0 && present.length > 0))
      wrong.push(`${ours.length} connections to ${space.name}`);
    const bounds = await space.server()?.log()?.bounds('all');
    for (const { page, socket } of present) {
      const who = `${page.name}${space.name}`;
      const { cursors, holding } = socket.diagnostics();
      const { role, connection, reason } = socket.status;
      if (connection !== 'connected') wrong.push(`${who} is ${role}/${connection} (${reason?.code ?? ''})`);
      else if (cursors.all?.id !== bounds?.head) wrong.push(`${who} is at ${cursors.all?.id} of ${bounds?.head}`);
      if (Object.keys(holding).length > 0) wrong.push(`${who} holds`);
    }
  }
  if (leaders.size > 1) wrong.push(`${[...leaders]} have a connection each`);
  return wrong;
}
