import { useEffect, useRef } from 'react';
import { socket } from '../socket.ts';
import { useTheme } from '../theme.ts';
import { Card } from '../ui/card.tsx';

/** `onesocket/inspector`, loaded when it is looked at: as one would put it into a page under development. It stands
 * at the page's end, and is brought into sight when it opens. */
export function InspectorCard() {
  const holder = useRef<HTMLDivElement>(null);
  const shown = useRef(false);
  const theme = useTheme();
  useEffect(() => {
    let gone = false;
    let unmount = () => {};
    void import('onesocket/inspector').then(({ mountInspector }) => {
      const parent = holder.current;
      if (gone || !parent) return;
      unmount = mountInspector(socket, { parent, theme, open: true }).unmount;
      if (!shown.current) parent.closest('section')?.scrollIntoView();
      shown.current = true;
    });
    return () => {
      gone = true;
      unmount();
    };
  }, [theme]);
  return (
    <Card title="Inspector" hint="onesocket/inspector: what the group does, message by message.">
      <div className="inspector" ref={holder} />
    </Card>
  );
}
