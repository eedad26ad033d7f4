import { type ReactNode, useId } from 'react';
import { isPane } from '../shell/pane.ts';

interface CardProps {
  readonly title: string;
  /** Beside the title: a badge, a count, buttons. */
  readonly aside?: ReactNode;
  /** A line under the title. */
  readonly hint?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
  readonly testId?: string;
}

/** A titled part of a page; in a pane no landmark, since there it comes four times. */
export function Card({ title, aside, hint, className = '', children, testId }: CardProps) {
  const id = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={isPane ? undefined : id} data-testid={testId}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {aside && <div className="card-aside">{aside}</div>}
      </header>
      {hint && <p className="hint">{hint}</p>}
      {children}
    </section>
  );
}
