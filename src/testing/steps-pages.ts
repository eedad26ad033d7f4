/** What happens to pages: opened, hidden, frozen, cached, crashed; and what their app does. */
import type { Status } from '../client/types.ts';
import type { SimBrowser } from './browser.ts';
import type { Build } from './build.ts';
import { hasJoined } from './member.ts';
import { type Act, alive, pick, type Step, toBrowser, toMember, userOf } from './step.ts';
import type { World } from './world.ts';

const maxTabs = 6;
const isJoining = ({ role, tabs }: Status): boolean => role === 'electing' && tabs === 0;
const oddCommands = ['refuse', 'boom', 'slow', 'rare'] as const;

function open(world: World, step: Step, how: { readonly prerendered?: boolean; readonly build?: Build }): boolean {
  const browser = pick(world.browsers, step.who);
  if (!browser || alive(world).length >= maxTabs) return false;
  const member = world.open(browser, userOf(world, { ...step, who: step.much }), {
    visible: step.much % 4 !== 0,
    ...how,
  });
  // A new page is a new sign-in.
  world.acts(member.group);
  return true;
}

/** What the page's last code could still store. */
const leaving = (act: (world: World, tab: Parameters<World['realm']['crash']>[0]) => void, crashed: boolean) =>
  toMember(null, (world, member) => {
    world.resume.leaves(member, crashed);
    act(world, member.tab);
  });

function leaveAll(world: World, browser: SimBrowser, { much }: Step): void {
  for (const member of alive(world)) {
    if (member.tab.browser !== browser) continue;
    const crashes = much % 3 === 0;
    world.resume.leaves(member, crashes);
    if (crashes) world.realm.crash(member.tab);
    else world.realm.closeTab(member.tab);
  }
}

export const pageSteps: Readonly<Record<string, Act>> = {
  open: { weight: 6, run: (world, step) => open(world, step, {}) },
  openOther: {
    weight: 2,
    run: (world, step) => world.config.builds && open(world, step, { build: step.much % 2 ? 'major' : 'minor' }),
  },
  prerender: { weight: 1, run: (world, step) => open(world, step, { prerendered: true }) },
  activate: {
    weight: 1,
    run: toMember('running', (world, { tab, group }) => {
      if (tab.page.active()) return false;
      world.acts(group);
      world.realm.activate(tab);
      return true;
    }),
  },
  duplicate: {
    weight: 1,
    run: toMember(null, (world, { tab, group }) => {
      if (alive(world).length >= maxTabs) return false;
      world.acts(group);
      world.open(tab.browser, tab.user, { build: tab.build });
      return true;
    }),
  },
  close: { weight: 4, run: leaving(({ realm }, tab) => realm.closeTab(tab), false) },
  crash: { weight: 3, run: leaving(({ realm }, tab) => realm.crash(tab), true) },
  leaveAll: { weight: 0.5, run: toBrowser((browser, step, world) => leaveAll(world, browser, step)) },
  /** All are gone, something happens meanwhile, and one is back. */
  reopen: {
    weight: 2,
    run: toBrowser((browser, step, world) => {
      leaveAll(world, browser, step);
      void world.emit('all');
      const { group } = world.open(browser, userOf(world, step), {});
      world.acts(group);
    }),
  },
  machineDies: {
    weight: 0.5,
    run: toBrowser((browser, { much }, world) => {
      for (const { tab } of alive(world)) if (tab.browser === browser) world.realm.crash(tab);
      browser.disk.loseLast(much * 100);
    }),
  },
  hide: { weight: 4, run: toMember('running', ({ realm }, { tab }) => realm.hide(tab)) },
  show: { weight: 5, run: toMember('running', ({ realm }, { tab }) => realm.show(tab)) },
  freeze: {
    weight: 2,
    run: toMember('running', (world, member) => {
      world.resume.leaves(member, false);
      world.realm.freeze(member.tab);
    }),
  },
  freezeSilently: { weight: 1, run: toMember('running', ({ realm }, { tab }) => realm.freeze(tab, true)) },
  thaw: { weight: 3, run: toMember('frozen', ({ realm }, { tab }) => realm.thaw(tab)) },
  hang: { weight: 3, run: toMember('running', ({ realm }, { tab }) => realm.hang(tab)) },
  unhang: { weight: 3, run: toMember('hung', ({ realm }, { tab }) => realm.unhang(tab)) },
  away: {
    weight: 2,
    run: toMember('running', (world, member) => {
      world.resume.leaves(member, false);
      world.realm.navigateAway(member.tab);
    }),
  },
  awaySilently: { weight: 1, run: toMember('running', ({ realm }, { tab }) => realm.navigateAway(tab, true)) },
  back: { weight: 3, run: toMember('cached', ({ realm }, { tab }) => realm.navigateBack(tab)) },
  command: {
    weight: 10,
    run: toMember('running', (world, member, { much }) =>
      world.command(member, 'add', much % 3 === 0 ? much * 100 : 0, 500 + much * 200),
    ),
  },
  oddCommand: {
    weight: 2,
    run: toMember('running', (world, member, { much }) => {
      if (world.config.plain) return false;
      world.command(member, oddCommands[much % 4] ?? 'boom', 0, 500 + much * 300);
      return true;
    }),
  },
  disconnect: {
    weight: 1,
    run: toMember('running', (_, member) => {
      member.left = true;
      member.tab.socket.disconnect();
    }),
  },
  connect: {
    weight: 2,
    run: toMember('running', (world, member) => {
      member.left = false;
      world.acts(member.group);
      member.tab.socket.connect();
    }),
  },
  signOut: {
    weight: 1,
    run: toMember('running', (world, { tab, group, left, recorder }) => {
      const { channels, storage } = tab.browser.has;
      if (!storage || !channels || tab.socket.diagnostics().group === '') return false;
      // A tab that has not joined yet, or not again, joins the next sign-in.
      const all = alive(world).every(
        (other) => other.group !== group || (hasJoined(other.tab) && !isJoining(other.tab.socket.status)),
      );
      if (all) world.signedOut.set(group, { at: world.realm.now(), by: tab });
      if (left) recorder.restart();
      void tab.socket.signOut();
      return true;
    }),
  },
};
