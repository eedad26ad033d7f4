import { useStatus } from 'onesocket/react';
import type { ReactNode } from 'react';
import { socket } from '../socket.ts';

/** Over the page's foot, so that it pushes nothing away; what is over in a moment is not shown (see overlay.css). */
export function OfflineNotice({ children }: { readonly children: ReactNode }) {
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  if (connected) return null;
  return (
    <p className="offline notice warn" role="status">
      {children}
    </p>
  );
}
