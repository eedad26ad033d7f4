import { Empty, Skeleton } from './bits.tsx';
import { Button } from './button.tsx';

/** In place of a page whose data is not there: it is on its way, or could not be loaded. */
export function Loading({ error }: { readonly error: string | null }) {
  return (
    <div className="card">
      {error === null ? (
        <Skeleton rows={8} />
      ) : (
        <Empty
          icon="warning"
          title="It could not be loaded"
          action={<Button onClick={() => location.reload()}>Load again</Button>}
        >
          {error}
        </Empty>
      )}
    </div>
  );
}
