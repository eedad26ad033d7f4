import { useEffect, useRef } from 'react';
import { socket } from '../socket.ts';
import { useTheme } from '../theme.ts';
import { Card } from '../ui/card.tsx';

/** `onesocket/inspector`, loaded when it is looked at: as one would put it into a page under development. */
export function InspectorCard() {
  const holder = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    let gone = false;
    let unmount = () => {};
    void import('onesocket/inspector').then(({ mountInspector }) => {
      if (!gone && holder.current)
        unmount = mountInspector(socket, { parent: holder.current, theme, open: true }).unmount;
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
