import { type UserId, users } from '../../shared/users.ts';

function initials(name: string): string {
  return name
    .split(' ')
    .map((word) => word[0])
    .join('');
}

/** The name stands beside it, or is said by what holds it. */
export function Avatar({ user }: { readonly user: UserId }) {
  return (
    <span className="avatar" data-user={user} aria-hidden="true">
      {initials(users[user].name)}
    </span>
  );
}
