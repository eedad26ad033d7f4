/** What the app asked to be kept, in the group's store: of the present sign-in only, whatever a sign-out could wipe. */
import type { Store } from '../../core/ports.ts';
import { toFields } from '../../protocol/parse.ts';
import type { Shelf } from '../persist-types.ts';

/** @param marked - the mark of the present sign-in; `null`: it ended, and nothing is written or found any more */
export function createShelf(
  store: Store,
  prefix: string,
  marked: () => { readonly mark: string | null } | null,
): Shelf {
  const unwrap = (record: unknown): unknown => {
    const fields = toFields(record);
    return fields && marked()?.mark === fields.mark ? fields.value : undefined;
  };
  return {
    get: async (key) => unwrap(await store.get(prefix + key)),
    update: (key, change) =>
      store.update(prefix + key, (old) => {
        // Compared here: the sign-out may have come between the call and the transaction.
        const now = marked();
        return now ? { ...now, value: change(unwrap(old)) } : undefined;
      }),
    remove: (key) => store.remove(prefix + key),
  };
}
