import { Component, type ReactNode } from 'react';
import { Empty } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';

/** A page that throws, or whose file could not be loaded, takes nothing else with it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Empty
        icon="warning"
        title="This page failed"
        action={<Button onClick={() => location.reload()}>Load again</Button>}
      >
        {error.message}
      </Empty>
    );
  }
}
