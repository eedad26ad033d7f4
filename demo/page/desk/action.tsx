import type { ReactNode } from 'react';
import { useCallback } from 'react';
import { Button } from '../ui/button.tsx';
import { messageOf, useAction } from '../ui/use-action.ts';
import { note } from './journal.ts';

interface ActionProps {
  readonly testId: string;
  readonly label: string;
  /** What it does and what to watch for. */
  readonly effect: string;
  readonly run: () => unknown;
}

/** A button with a line that says what it does. */
export function Action({ testId, label, effect, run }: ActionProps) {
  const work = useCallback(async () => {
    try {
      await run();
    } catch (error) {
      note(`${label}: ${messageOf(error)}`, 'bad');
    }
  }, [run, label]);
  const action = useAction(work);
  const id = `effect-${testId}`;
  return (
    <ActionItem id={id} effect={effect}>
      <Button data-testid={testId} aria-describedby={id} busy={action.pending} onClick={() => void action.run()}>
        {label}
      </Button>
    </ActionItem>
  );
}

export function ActionItem({
  id,
  effect,
  children,
}: {
  readonly id: string;
  readonly effect: string;
  readonly children: ReactNode;
}) {
  return (
    <li className="action">
      {children}
      <p className="effect" id={id}>
        {effect}
      </p>
    </li>
  );
}
