/** The app's side of `auth`: asks the test server for a token, as an app asks its own backend. */
import type { AuthPlan } from './types.ts';

export async function tokenFor(plan: AuthPlan): Promise<{ token: string } | null> {
  if (plan.kind === 'none') return null;
  if (plan.kind === 'throws') throw new Error('the token endpoint is down');
  if (plan.kind === 'hangs') return new Promise(() => {});
  const { user, ttl = 3600, modules, afterMs = 0 } = plan;
  const query = new URLSearchParams({ user, ttl: String(ttl), after: String(afterMs) });
  if (modules) query.set('modules', modules.join());
  const answer = await fetch(`/token?${query}`);
  return { token: await answer.text() };
}
