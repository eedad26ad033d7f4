/**
 * One tab's commands from the emit to their outcome. The tab keeps them; a leader never does.
 * Pure: time and the server's clock come in with each event.
 */
import { passing } from '../protocol/codes.ts';
import type { CommandAnswer } from '../protocol/messages.ts';
import type { SendFlags } from './ports.ts';

/** Commands that one tab may have unsettled; the next one is refused with `outbox_full`. */
export const maxCommands = 1_000;

export interface Command {
  readonly id: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Somebody waits for the outcome; else it is counted only. */
  readonly wantsAnswer: boolean;
  /** Longest wait for the outcome. */
  readonly timeoutMs: number;
  /** Nobody is told when the wait is over, as always without `wantsAnswer`: it counts from the first post still open. */
  readonly patient?: boolean;
  readonly flags?: SendFlags;
}

interface Entry extends Command {
  readonly dueAt: number;
  /** Server time of the first sending; `null` until a post may have gone out. */
  readonly sentAt: number | null;
  /** Posts without an answer: the command may be on its way, or have run. */
  readonly open: ReadonlySet<number>;
}

export interface OutboxState {
  /** False where a second sending would be a second run: a server without command ids. */
  readonly resends: boolean;
  /** Numbers the posts, so that a late `later` is matched to its own post. */
  readonly posts: number;
  readonly entries: ReadonlyMap<string, Entry>;
}

export type OutboxEvent =
  /** `reachable`: a leader with a connection is known; else the command waits for `resend` without a post. */
  | {
      readonly type: 'emit';
      readonly command: Command;
      readonly reachable: boolean;
      readonly now: number;
      readonly time: number | null;
    }
  /** A leader is there, new or authenticated anew: post what is unsettled, in order. `ids`: those only. */
  | {
      readonly type: 'resend';
      readonly ids?: ReadonlySet<string>;
      readonly now: number;
      readonly time: number | null;
    }
  /** The leader could not pass it on. */
  | { readonly type: 'later'; readonly id: string; readonly post: number }
  | { readonly type: 'answer'; readonly id: string; readonly answer: CommandAnswer }
  /** The connection or the leader that had it is gone and a second sending is not allowed. */
  | { readonly type: 'lost' }
  | { readonly type: 'tick'; readonly now: number }
  /** The tab gives up on those ids, or on all. */
  | { readonly type: 'abandon'; readonly ids?: ReadonlySet<string>; readonly code: string };

/** What a caller gets: one of these, once. */
export type Settlement =
  | { readonly outcome: 'result'; readonly result: unknown }
  | { readonly outcome: 'refused' | 'not_sent' | 'unknown'; readonly code: string; readonly message: string };

export interface CommandPost {
  readonly id: string;
  readonly post: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly sentAt: number | null;
  readonly wantsAnswer: boolean;
  readonly flags?: SendFlags;
}

export type OutboxEffect =
  | { readonly type: 'post'; readonly post: CommandPost }
  /** It is to be sent again after a while: the server did not take it now, and may have taken it before. */
  | { readonly type: 'again'; readonly id: string }
  | { readonly type: 'settle'; readonly id: string; readonly settlement: Settlement };

interface Step {
  readonly state: OutboxState;
  readonly effects: readonly OutboxEffect[];
}

export const emptyOutbox = (resends: boolean): OutboxState => ({ resends, posts: 0, entries: new Map() });

export function reduceOutbox(state: OutboxState, event: OutboxEvent): Step {
  switch (event.type) {
    case 'emit':
      return onEmit(state, event);
    case 'resend':
      return onResend(state, event);
    case 'later':
      return onLater(state, event);
    case 'answer':
      return onAnswer(state, event);
    case 'lost':
      return settleWhere(state, (entry) => entry.open.size > 0, 'disconnected');
    case 'tick':
      return settleWhere(state, (entry) => entry.dueAt <= event.now, 'timeout');
    case 'abandon':
      return settleWhere(state, (entry) => event.ids?.has(entry.id) ?? true, event.code);
    default:
      return event satisfies never;
  }
}

function onEmit(state: OutboxState, event: OutboxEvent & { readonly type: 'emit' }): Step {
  const { command, now, time } = event;
  if (state.entries.size >= maxCommands) {
    const message = `${maxCommands} commands of this tab are unsettled: wait for their outcomes before emitting more`;
    const settlement: Settlement = { outcome: 'not_sent', code: 'outbox_full', message };
    return { state, effects: [{ type: 'settle', id: command.id, settlement }] };
  }
  const dueAt = isPatient(command) ? Number.POSITIVE_INFINITY : now + command.timeoutMs;
  const entry: Entry = { ...command, dueAt, sentAt: null, open: new Set() };
  if (event.reachable) return post(state, entry, now, time);
  return drop({ ...state, entries: new Map(state.entries).set(command.id, entry) }, entry);
}

function onAnswer(state: OutboxState, { id, answer }: OutboxEvent & { readonly type: 'answer' }): Step {
  const entry = state.entries.get(id);
  if (!entry) return { state, effects: [] };
  // Which post it speaks of is not told: with another one open it may have run, and its time goes on.
  const isOfOne = !answer.ok && ofOnePost.includes(answer.error.code);
  if (isOfOne && entry.open.size > 1) return { state, effects: [{ type: 'again', id }] };
  return settle(state, id, toSettlement(answer));
}

function onResend(state: OutboxState, { ids, now, time }: OutboxEvent & { readonly type: 'resend' }): Step {
  let step: Step = { state, effects: [] };
  for (const entry of state.entries.values()) {
    if (ids && !ids.has(entry.id)) continue;
    if (entry.flags?.volatile || (entry.open.size > 0 && !state.resends)) continue;
    const next = post(step.state, entry, now, time);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

function post(state: OutboxState, entry: Entry, now: number, time: number | null): Step {
  const number = state.posts + 1;
  // A first stamp is kept once a post may have arrived: by it the server knows what it has forgotten.
  const sentAt = entry.open.size > 0 ? (entry.sentAt ?? time) : time;
  const dueAt = Math.min(entry.dueAt, now + entry.timeoutMs);
  const next: Entry = { ...entry, dueAt, sentAt, open: new Set([...entry.open, number]) };
  const { id, name, args, wantsAnswer, flags } = entry;
  return {
    state: { ...state, posts: number, entries: new Map(state.entries).set(id, next) },
    effects: [{ type: 'post', post: { id, post: number, name, args, sentAt, wantsAnswer, ...(flags && { flags }) } }],
  };
}

function onLater(state: OutboxState, { id, post }: OutboxEvent & { readonly type: 'later' }): Step {
  const entry = state.entries.get(id);
  if (!entry?.open.has(post)) return { state, effects: [] };
  const open = new Set(entry.open);
  open.delete(post);
  const dueAt = open.size === 0 && isPatient(entry) ? Number.POSITIVE_INFINITY : entry.dueAt;
  const next: Entry = { ...entry, dueAt, open };
  return drop({ ...state, entries: new Map(state.entries).set(id, next) }, next);
}

const isPatient = ({ patient, wantsAnswer }: Command): boolean => patient || !wantsAnswer;

/** What is volatile and did not go out is never posted again; a caller who is told waits until its time is over. */
function drop(state: OutboxState, { id, flags, open, dueAt }: Entry): Step {
  const isLost = flags?.volatile && open.size === 0 && dueAt === Number.POSITIVE_INFINITY;
  return isLost ? settleWhere(state, (entry) => entry.id === id, 'disconnected') : { state, effects: [] };
}

function settleWhere(state: OutboxState, ends: (entry: Entry) => boolean, code: string): Step {
  let step: Step = { state, effects: [] };
  for (const entry of state.entries.values()) {
    if (!ends(entry)) continue;
    const settlement: Settlement =
      entry.open.size === 0
        ? { outcome: 'not_sent', code, message: `"${entry.name}" was not sent (${code}): it is safe to emit it again` }
        : { outcome: 'unknown', code, message: `"${entry.name}" was sent, its outcome is unknown (${code})` };
    const next = settle(step.state, entry.id, settlement);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

function settle(state: OutboxState, id: string, settlement: Settlement): Step {
  const entries = new Map(state.entries);
  entries.delete(id);
  return { state: { ...state, entries }, effects: [{ type: 'settle', id, settlement }] };
}

/** Codes of a post that was not taken. The leader's own is among them: another node may accept larger packets. */
const ofOnePost: readonly string[] = [...passing, 'payload_too_large'];

/** Codes by which the server says that it can't tell what became of a command. */
const unknownOutcome: readonly string[] = ['expired', 'lease_ended', 'disconnected'];

function toSettlement(answer: CommandAnswer): Settlement {
  if (answer.ok) return { outcome: 'result', result: answer.result };
  const { code, message } = answer.error;
  return { outcome: unknownOutcome.includes(code) ? 'unknown' : 'refused', code, message };
}
