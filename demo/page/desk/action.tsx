import type { ComponentProps, ReactNode } from 'react';
import { useCallback } from 'react';
import { hrefTo } from '../router.tsx';
import { Button, type ButtonProps } from '../ui/button.tsx';
import { messageOf, useAction } from '../ui/use-action.ts';
import { note } from './journal.ts';

interface ActionButtonProps extends Pick<ButtonProps, 'size' | 'aria-describedby'> {
  readonly testId: string;
  readonly label: string;
  readonly run: () => unknown;
}

/** What fails is told by the journal. */
export function ActionButton({ testId, label, run, ...rest }: ActionButtonProps) {
  const work = useCallback(async () => {
    try {
      await run();
    } catch (error) {
      note(`${label}: ${messageOf(error)}`, 'bad');
    }
  }, [run, label]);
  const action = useAction(work);
  return (
    <Button {...rest} data-testid={testId} busy={action.pending} onClick={() => void action.run()}>
      {label}
    </Button>
  );
}

/** `noopener` also gives the new tab a process of its own: hanging one does not hang the other. */
export function OpenTab({ size, ...rest }: ComponentProps<'a'> & Pick<ButtonProps, 'size'>) {
  return (
    <a
      {...rest}
      className={['button', size].filter(Boolean).join(' ')}
      href={hrefTo('/')}
      target="_blank"
      rel="noopener"
    >
      Open another tab
    </a>
  );
}

interface ActionProps extends Omit<ActionButtonProps, 'size' | 'aria-describedby'> {
  /** What it does and what to watch for. */
  readonly effect: string;
}

/** A button with a line that says what it does. */
export function Action({ effect, ...button }: ActionProps) {
  const id = `effect-${button.testId}`;
  return (
    <ActionItem id={id} effect={effect}>
      <ActionButton {...button} aria-describedby={id} />
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
