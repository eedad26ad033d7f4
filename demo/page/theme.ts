/** Light, dark, or as the system is. */
import { useSyncExternalStore } from 'react';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'demo:theme';
const listeners = new Set<() => void>();

const read = (): Theme => themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';

function apply(): void {
  document.documentElement.dataset.theme = read();
  for (const listener of listeners) listener();
}
/** Before the first picture, and again whenever another tab chooses. */
export function startTheme(): void {
  addEventListener('storage', (event) => {
    if (event.key === key) apply();
  });
  apply();
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  apply();
}

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, read);
