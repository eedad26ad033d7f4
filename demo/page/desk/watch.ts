/** Tells the journal what the socket says about itself, in words. */
import type { Status } from 'onesocket';
import { connectionWords, streamWords } from '../format.ts';
import type { socket as theSocket } from '../socket.ts';
import type { note as noteInJournal } from './journal.ts';

type Note = typeof noteInJournal;

const refreshWords = {
  too_far: 'too much was missed',
  expired: 'what was missed is no longer in the log',
  epoch_changed: 'the server’s log began anew',
  cursor_ahead: 'this tab was ahead of the log',
  gap: 'a hole could not be filled',
  permissions_changed: 'what this user may see changed',
} as const;

function noteRole({ role, term }: Status, note: Note): void {
  if (role === 'leader') note(`Became the leader, term ${term}.`, 'lead');
  if (role === 'follower') note(`Follows a leader, term ${term}.`);
  if (role === 'solo') note('Connects on its own: this browser can’t share.');
  if (role === 'none') note('Left the group.');
}

export function watchSocket(socket: typeof theSocket, note: Note): void {
  let last: Status | null = null;

  socket.onStatus((status) => {
    if (status.role !== last?.role || (status.term !== last.term && last.role !== 'electing')) noteRole(status, note);
    if (status.connection !== last?.connection && status.connection !== 'connected') {
      const why = status.reason ? ` (${status.reason.code})` : '';
      note(`${connectionWords[status.connection]}${why}.`);
    }
    last = status;
  });
  socket.on('connect', () =>
    note(socket.recovered ? 'Connected, nothing lost.' : 'Connected.', socket.recovered ? 'good' : 'plain'),
  );
  socket.on('disconnect', (reason) => note(`Connection lost: ${reason}.`, 'bad'));
  socket.on('connect_error', (error) => note(`Could not connect: ${error.message}.`, 'bad'));
  socket.onRefresh(({ streams, reason }) =>
    note(`Refresh of ${streams.map(streamWords).join(', ')}: ${refreshWords[reason]} (${reason}).`, 'bad'),
  );
}
