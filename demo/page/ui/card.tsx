import { type ReactNode, useId } from 'react';

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

/** A titled part of a page. */
export function Card({ title, aside, hint, className = '', children, testId }: CardProps) {
  const id = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={id} data-testid={testId}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {aside && <div className="card-aside">{aside}</div>}
      </header>
      {hint && <p className="hint">{hint}</p>}
      {children}
    </section>
  );
}
