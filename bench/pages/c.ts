/** (c) The relay by hand with one post for each event. */
import { startRelay } from './relay.ts';

startRelay((post) => (event) => post({ type: 'event', ...event }));
