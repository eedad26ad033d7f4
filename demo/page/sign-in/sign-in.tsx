/** Choosing who to be. No password: the server gives anybody a short-lived token for these four. */
import { useState } from 'react';
import { shops, type UserId, userIds, users } from '../../shared/users.ts';
import { signedOutKey } from '../keys.ts';
import { Brand } from '../shell/brand.tsx';
import { Avatar } from '../ui/avatar.tsx';

function takeReason(): string | null {
  const reason = sessionStorage.getItem(signedOutKey) ? 'You are signed out, in all tabs.' : null;
  sessionStorage.removeItem(signedOutKey);
  return reason;
}

export function SignIn({ onChoose }: { readonly onChoose: (user: UserId) => void }) {
  const [reason] = useState(takeReason);
  return (
    <main className="sign-in" data-testid="sign-in">
      <Brand />
      <h1>One connection, all your tabs</h1>
      <p className="lead">
        Open this page in as many tabs as you like. One of them holds the connection to the server, all of them get
        every event, in order and once, also when you close, hang or cut things.
      </p>
      {reason && (
        <p className="notice" role="status">
          {reason}
        </p>
      )}
      <h2 id="who">Sign in as</h2>
      <ul className="users" aria-labelledby="who">
        {userIds.map((id) => {
          const { name, about, shopId } = users[id];
          return (
            <li key={id}>
              <button type="button" className="user" data-testid={`sign-in-${id}`} onClick={() => onChoose(id)}>
                <Avatar user={id} />
                <span>
                  <b>{name}</b>
                  <span className="hint">{about}</span>
                </span>
                {shopId && <span className="badge plain">{shops[shopId]}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <p className="hint">No password. Tabs of different users never share anything: try two in one browser.</p>
    </main>
  );
}
