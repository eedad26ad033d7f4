import type { ComponentProps } from 'react';
import { Link } from '../router.tsx';
import { Icon, type IconName } from './icon.tsx';

interface Looks {
  /** `primary`: the one thing to do here. `quiet`: without a border. @defaultValue 'plain' */
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: 'small';
  readonly icon?: IconName;
}

const classOf = ({ look = 'plain', size }: Looks, className = '') =>
  ['button', look, size, className].filter(Boolean).join(' ');

export interface ButtonProps extends ComponentProps<'button'>, Looks {
  /** Something is under way: it keeps its size and takes no click. */
  readonly busy?: boolean;
}

/** With an icon alone it needs an `aria-label`. */
export function Button({ look, size, icon, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  const looks = { ...(look && { look }), ...(size && { size }) };
  return (
    <button
      type="button"
      {...rest}
      className={classOf(looks, className)}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button; to another page of ours, or with `href` and `target` out of it. */
export function LinkButton({
  look,
  size,
  icon,
  to,
  className,
  children,
  ...rest
}: Omit<ComponentProps<'a'>, 'href'> & Looks & { readonly to: string }) {
  const looks = { ...(look && { look }), ...(size && { size }) };
  return (
    <Link {...rest} to={to} className={classOf(looks, className)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
