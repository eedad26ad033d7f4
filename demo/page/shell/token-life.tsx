import { useEffect, useState, useSyncExternalStore } from 'react';
import { duration } from '../format.ts';
import { session } from '../session.ts';

/** How long this tab's token still lives; it is renewed before it ends, and the connection goes on. */
export function TokenLife() {
  const token = useSyncExternalStore(session.subscribe, session.getToken);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!token) return <p className="token-life">No token yet</p>;
  const leftMs = Math.max(0, token.endsAt - now);
  return (
    <div className="token-life" data-testid="token-life" data-count={token.count}>
      <p>
        <span>Token ends in</span> <b>{duration(leftMs)}</b>
      </p>
      <progress value={leftMs} max={token.lifeMs} aria-label="Life of the token that is left" />
      <p className="hint">{token.count === 1 ? 'Renewed before it ends' : `Renewed ${token.count - 1} times`}</p>
    </div>
  );
}
