import { shops, users } from '../../shared/users.ts';
import { signOut } from '../sign-out.ts';
import { userId } from '../socket.ts';
import { setTheme, type Theme, useTheme } from '../theme.ts';
import { Avatar } from '../ui/avatar.tsx';
import type { IconName } from '../ui/icon.tsx';
import { Menu } from '../ui/popup.tsx';
import { TokenLife } from './token-life.tsx';

const themeItems: readonly { readonly theme: Theme; readonly label: string; readonly icon: IconName }[] = [
  { theme: 'auto', label: 'System colours', icon: 'auto' },
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
];

export function UserMenu() {
  const theme = useTheme();
  const { name, role, shopId } = users[userId];
  return (
    <Menu
      className="user-menu"
      label={`Signed in as ${name}`}
      testId="user"
      trigger={
        <>
          <Avatar user={userId} />
          <span className="wide-word">{name}</span>
        </>
      }
      head={
        <div className="user-card">
          <p className="user-name">{name}</p>
          <p className="hint">{shopId ? `${role}, ${shops[shopId]}` : role}</p>
          <TokenLife />
        </div>
      }
      items={[
        ...themeItems.map(({ theme: choice, label, icon }) => ({
          ...{ label, icon, checked: choice === theme, testId: `theme-${choice}` },
          onSelect: () => setTheme(choice),
        })),
        { label: 'Sign out all tabs', icon: 'out', testId: 'sign-out', onSelect: () => void signOut() },
      ]}
    />
  );
}
