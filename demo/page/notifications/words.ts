import type { Category, NotificationType } from '../../shared/notifications.ts';
import type { Tone } from '../ui/bits.tsx';
import type { IconName } from '../ui/icon.tsx';

export const typeWords: Readonly<Record<NotificationType, string>> = {
  info: 'Info',
  success: 'Success',
  warning: 'Warning',
  error: 'Error',
  action_required: 'Action required',
};

export const categoryWords: Readonly<Record<Category, string>> = {
  event: 'Event',
  user: 'User',
  resource: 'Resource',
  reservation: 'Reservation',
  limit: 'Limit',
  error: 'Error',
  system: 'System',
};

export const looks: Readonly<Record<NotificationType, { readonly tone: Tone; readonly icon: IconName }>> = {
  info: { tone: 'accent', icon: 'info' },
  success: { tone: 'good', icon: 'check' },
  warning: { tone: 'warn', icon: 'warning' },
  error: { tone: 'bad', icon: 'close' },
  action_required: { tone: 'gold', icon: 'play' },
};
