/** Freezing, as the browser does it to a hidden page. */
import type { Tab } from './tab.ts';

async function setState({ page }: Tab, state: 'frozen' | 'active') {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state });
  await session.detach();
}

/** Only a hidden tab freezes. */
export const freeze = (tab: Tab) => setState(tab, 'frozen');
export const thaw = (tab: Tab) => setState(tab, 'active');
