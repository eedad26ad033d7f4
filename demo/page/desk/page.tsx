import { useEffect, useRef } from 'react';
import { isPane } from '../shell/pane.ts';
import { openDashboard } from './dashboard.ts';

/** Its panels live as long as the document: what they have seen stays when one comes back. */
let panels: HTMLElement | null = null;

export function Page() {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    panels ??= openDashboard(isPane);
    holder.current?.replaceChildren(panels);
  }, []);
  return <div ref={holder} />;
}
