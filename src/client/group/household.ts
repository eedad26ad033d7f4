/**
 * The namespaces of one server that the tabs of a group use. The page that leads leads all of them, also those that
 * only other pages use, so that they share one connection. How pages tell each other which they use.
 */
import type { Bus, OpenBus } from '../../core/ports.ts';
import { limits, protocolVersion } from '../../protocol/limits.ts';
import { isText, toFields } from '../../protocol/parse.ts';

/** One namespace in this page. */
export interface Lane {
  readonly namespace: string;
  /** Led for other pages only: nothing in this page uses it. */
  readonly borrowed: boolean;
  leading(): boolean;
  /** Knows a leader in another page. */
  following(): boolean;
  /** It was not given up for a reason that holds for all pages. */
  wants(): boolean;
  /** Tabs that use it, this one included. */
  company(): number;
  /** Nobody signed out, as far as storage tells. */
  marked(): boolean;
  onSignedOut(): void;
  /** A page that came uses it: the one that leads tries again what it gave up, or says anew why. */
  onNewcomer(): void;
  onMalformed(): void;
  /** Ends a borrowed one. */
  close(): void;
}

export interface Stay {
  /** This page may have begun to lead, or leads no more. */
  changed(): void;
  /** Nobody leads this namespace: says that it is wanted. */
  call(): void;
  /** The app asks for it anew: whoever leads it tries again what it gave up. */
  comes(): void;
  /** Another namespace of this page follows a leader: it lives, and will hear the call. */
  isLed(): boolean;
  /** Another namespace of this page is led: with it the lock stays here. */
  keepsLock(): boolean;
  /** `isSignedOut`: so are the page's other namespaces. */
  leave(isSignedOut: boolean): void;
}

/** Leads a namespace that only other pages use. */
type Borrow = (namespace: string) => void;

export interface Household {
  /** All namespaces that this page uses, and those of the other pages. */
  signOut(): void;
  enter(lane: Lane, borrow: Borrow): Stay;
}

export function createHousehold(openBus: OpenBus | null, name: string, onEmpty: () => void): Household {
  const lanes = new Set<Lane>();
  /** Asked for, not entered yet. */
  const coming = new Set<string>();
  let borrow: Borrow = () => {};
  /** Borrowed ones that somebody used: they end with their last user. */
  const used = new Set<Lane>();
  let bus: Bus | null = null;
  let leads = false;

  const own = (): Lane[] => [...lanes].filter(({ borrowed }) => !borrowed);
  /** What was given up here is not asked for. */
  const wanted = (): string[] => own().flatMap((lane) => (lane.wants() ? lane.namespace : []));
  const tell = (
    more: { readonly asks?: true; readonly comes?: true; readonly signOut?: true },
    wants = wanted(),
  ): void => bus?.post({ v: protocolVersion, wants, ...more });

  function onMessage(value: unknown): void {
    const fields = toFields(value);
    const wants = fields?.v === protocolVersion && Array.isArray(fields.wants) ? fields.wants : null;
    if (!wants || wants.length > limits.modules || !wants.every(isNamespace)) {
      const [first] = lanes;
      return first?.onMalformed();
    }
    if (fields?.signOut === true) for (const lane of [...lanes]) lane.onSignedOut();
    if (fields?.asks === true) tell({});
    if (!leads) return;
    for (const namespace of wants) {
      const here = [...lanes].find((lane) => lane.namespace === namespace);
      if (here && fields?.comes === true) here.onNewcomer();
      if (here || coming.has(namespace)) continue;
      // What was given up makes room, for a page that asks for it anew: not for an answer, or two would oust each other.
      if (lanes.size + coming.size >= limits.namespaces && fields?.comes === true)
        [...lanes].find((lane) => lane.borrowed && !lane.leading())?.close();
      // Nothing begins anew for a page that has not heard of a sign-out yet, nor in one.
      if (lanes.size + coming.size >= limits.namespaces || !own().every((lane) => lane.marked())) continue;
      coming.add(namespace);
      borrow(namespace);
    }
  }

  function changed(): void {
    const before = leads;
    leads = [...lanes].some((lane) => lane.leading());
    for (const lane of [...lanes]) {
      if (!lane.borrowed) continue;
      // A leadership begins without having heard of anybody.
      if (!lane.leading()) used.delete(lane);
      else if (lane.company() > 1) used.add(lane);
      else if (used.has(lane)) lane.close();
    }
    if (leads && !before) tell({ asks: true });
    if ((before && !leads) || own().length === 0) for (const lane of [...lanes]) if (lane.borrowed) lane.close();
  }

  return {
    signOut() {
      tell({ signOut: true });
      for (const lane of [...lanes]) lane.onSignedOut();
    },
    enter(lane, borrowLike) {
      coming.delete(lane.namespace);
      // This page leads no more: another one does that now.
      if (lane.borrowed && !leads) lane.close();
      // The app's own comes: it ends the one that was led for other pages.
      if (!lane.borrowed) {
        borrow = borrowLike;
        for (const other of [...lanes]) if (other.borrowed && other.namespace === lane.namespace) other.close();
      }
      try {
        bus ??= openBus?.(name, onMessage) ?? null;
      } catch {
        // The namespace's own channel says so: each tab connects for itself.
      }
      lanes.add(lane);
      if (!lane.borrowed) tell({ comes: true });
      return {
        changed,
        // As one that comes: where it was given up, this page has not heard why.
        call: () => tell({ comes: true }, [lane.namespace]),
        comes: () => tell({ comes: true }, [lane.namespace]),
        isLed: () => [...lanes].some((other) => other !== lane && other.following()),
        keepsLock: () => [...lanes].some((other) => other !== lane && other.leading()),
        leave(isSignedOut) {
          if (!lanes.delete(lane)) return;
          used.delete(lane);
          // Of all at once: one that hears of it later would lead for pages that have not heard yet.
          if (isSignedOut) for (const other of [...lanes]) other.onSignedOut();
          changed();
          // Other pages may use it still, or again: they said so while it was still led here.
          if (leads) tell({ asks: true });
          if (lanes.size > 0) return;
          bus?.close();
          bus = null;
          onEmpty();
        },
      };
    },
  };
}

const isNamespace = (value: unknown): value is string => isText(value, limits.frameEvents) && value.startsWith('/');
