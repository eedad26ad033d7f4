/** The clock of open holes: they are asked for again each second, and given up in the end. */
import type { Inbox } from '../../core/inbox.ts';
import type { Cancel, Clock } from '../../core/ports.ts';

const tickMs = 1_000;

/** Time counts only while there is somebody to ask, and only by a timer that fired on time. */
export function watchHoles(inbox: Inbox, clock: Clock, online: () => boolean): Cancel {
  let dueAt = 0;
  let stop: Cancel = () => {};

  function schedule(): void {
    dueAt = clock.now() + tickMs;
    stop = clock.after(tickMs, () => {
      const onTime = clock.now() - dueAt < tickMs;
      schedule();
      if (!online()) return;
      for (const stream of Object.keys(inbox.holding()))
        inbox.apply(stream, { type: 'waited', ms: onTime ? tickMs : 0 });
    });
  }

  schedule();
  return () => stop();
}
