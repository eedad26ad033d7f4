import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface PopupProps {
  /** What the button is called. */
  readonly label: string;
  readonly trigger: ReactNode;
  readonly className?: string;
  readonly testId?: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A button and what opens under it. Escape and a click elsewhere close it; the focus goes back to the button. */
export function Popup({ label, trigger, className = '', testId, children }: PopupProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setOpen(false);
    button.current?.focus();
  }, []);

  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !holder.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard from wherever in it the focus is.
    <div className={`popup ${className}`} ref={holder} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="button quiet"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </button>
      {open && (
        <div className="popup-panel" id={id}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly testId?: string;
  /** Given: a choice, on or off. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** The list of a menu: arrows, Home and End move in it. For use inside a `Popup`. */
function MenuItems({
  label,
  items,
  close,
}: {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly close: () => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = () => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  useEffect(() => {
    list.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const all = buttons();
    const at = all.findIndex((button) => button.matches(':focus'));
    all[move(at, all.length)]?.focus();
  };
  return (
    <div className="menu" role="menu" aria-label={label} ref={list} tabIndex={-1} onKeyDown={onKeyDown}>
      {items.map(({ label: name, icon, testId, checked, onSelect }) => (
        <button
          key={name}
          type="button"
          {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked })}
          tabIndex={-1}
          data-testid={testId}
          onClick={() => {
            close();
            onSelect();
          }}
        >
          {icon && <Icon name={icon} />}
          {name}
        </button>
      ))}
    </div>
  );
}

interface MenuProps extends Omit<PopupProps, 'children'> {
  readonly items: readonly MenuItem[];
  /** Above the items. */
  readonly head?: ReactNode;
}

export function Menu({ items, head, ...popup }: MenuProps) {
  return (
    <Popup {...popup}>
      {(close) => (
        <>
          {head}
          <MenuItems label={popup.label} items={items} close={close} />
        </>
      )}
    </Popup>
  );
}
