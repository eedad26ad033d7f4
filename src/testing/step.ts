/** What a step of a schedule is, and to whom it is done. Plain data, so that a schedule can be replayed. */
import type { SimBrowser } from './browser.ts';
import type { Member } from './member.ts';
import type { World } from './world.ts';

export interface Step {
  readonly do: string;
  /** Which of those that it can be done to. */
  readonly who: number;
  /** How much of it. */
  readonly much: number;
  /** Simulated milliseconds until the next step. */
  readonly wait: number;
}

export interface Act {
  readonly weight: number;
  /** False: there was nothing to do it to. */
  run(world: World, step: Step): boolean;
}

export const alive = (world: World): Member[] => world.members.filter(({ tab }) => tab.page.state() !== 'dead');
export const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

export function toMember(state: string | null, act: (world: World, member: Member, step: Step) => unknown): Act['run'] {
  return (world, step) => {
    const fitting = alive(world).filter(({ tab }) => state === null || tab.page.state() === state);
    const member = pick(fitting, step.who);
    return member !== undefined && act(world, member, step) !== false;
  };
}

export const always =
  (act: (world: World, step: Step) => void): Act['run'] =>
  (world, step) => {
    act(world, step);
    return true;
  };

export const toBrowser = (act: (browser: SimBrowser, step: Step, world: World) => void): Act['run'] =>
  always((world, step) => {
    const browser = pick(world.browsers, step.who);
    if (browser) act(browser, step, world);
  });

export const userOf = (world: World, { who }: Step): string => pick(world.config.users, who) ?? '';
export const describeStep = (step: Step): string => `${step.do}(${step.who},${step.much}) +${step.wait}`;
