/** The picture of Operations in this tab: first the channels are joined, then it is loaded, then what came is applied. */
import { useEffect, useState } from 'react';
import type { OperationsSnapshot } from '../../shared/operations.ts';
import { socket } from '../socket.ts';
import { messageOf } from '../ui/use-action.ts';
import { apply, type OperationsEvent, toOperationsEvent } from './model.ts';

export interface Operations {
  /** `null`: not loaded yet. */
  readonly state: OperationsSnapshot | null;
  /** All channels are joined. */
  readonly live: boolean;
  readonly forbidden: boolean;
  readonly error: string | null;
}

const nothingYet: Operations = { state: null, live: false, forbidden: false, error: null };

export function useOperations(): Operations {
  const [operations, setOperations] = useState(nothingYet);

  useEffect(() => {
    const channels = ['dashboard', 'events', 'dlq'].map((name) => socket.channel(name));
    let loads = 0;
    let gone = false;
    /** Came since the load began: it may hold them already, which does no harm. */
    let pending: OperationsEvent[] | null = [];

    function take(event: OperationsEvent): void {
      if (pending) pending.push(event);
      else setOperations((before) => (before.state ? { ...before, state: apply(before.state, event) } : before));
    }

    async function load(): Promise<void> {
      loads += 1;
      const mine = loads;
      pending = [];
      try {
        const snapshot = await socket.emitWithAck('operations:get', {});
        if (gone || mine !== loads) return;
        const state = pending.reduce(apply, snapshot);
        pending = null;
        setOperations((before) => ({ ...before, state, error: null }));
      } catch (error) {
        if (!gone && mine === loads) setOperations((before) => ({ ...before, error: messageOf(error) }));
      }
    }

    function onStatus(): void {
      const live = channels.every(({ status }) => status === 'joined');
      const forbidden = channels.some(({ status }) => status === 'forbidden');
      setOperations((before) => ({ ...before, live, forbidden }));
      if (live) void load();
    }
    for (const channel of channels) {
      channel.onAny((type: string, payload: unknown) => {
        const event = toOperationsEvent(type, payload);
        if (event) take(event);
      });
      channel.onStatus(onStatus);
      channel.onRefresh(() => void load());
    }
    onStatus();

    return () => {
      gone = true;
      for (const channel of channels) channel.leave();
    };
  }, []);

  return operations;
}
