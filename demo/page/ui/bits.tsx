/** The small parts: badges, figures, fields, tables, and what stands where nothing is yet. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent' | 'gold';

export function Badge({ tone = 'plain', ...rest }: ComponentProps<'span'> & { readonly tone?: Tone }) {
  return <span {...rest} className={`badge ${tone}`} />;
}

/** A figure with its name; the place is kept while the value is unknown. */
export function Stat({
  label,
  value,
  tone = 'plain',
  testId,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly tone?: Tone;
  readonly testId?: string;
}) {
  return (
    <div className={`stat ${tone}`}>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value ?? '–'}</dd>
    </div>
  );
}

export function Stats({ children }: { readonly children: ReactNode }) {
  return <dl className="stats">{children}</dl>;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** Gives the control its id, and what describes it. */
  readonly children: (control: { readonly id: string; readonly 'aria-describedby': string | undefined }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined })}
      {note && (
        <p id={`${id}-note`} className={error ? 'field-error' : 'hint'}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A table that scrolls sideways where it must; the keyboard reaches it. `children`: its head and body. */
export function Table({
  caption,
  children,
  className = '',
}: {
  readonly caption: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section className={`table-frame ${className}`} aria-label={caption} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        {children}
      </table>
    </section>
  );
}

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Where a list or a page has nothing to show: why, and what one can do. */
export function Empty({ icon = 'info', title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {children && <p className="hint">{children}</p>}
      {action}
    </div>
  );
}

/** Keeps the place of what is being loaded. */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <span key={row} />
      ))}
    </div>
  );
}

/** A line across the page's part: offline, out of date, failed. */
export function Notice({
  tone = 'plain',
  children,
  action,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={`notice ${tone}`} role="status">
      <p>{children}</p>
      {action}
    </div>
  );
}
