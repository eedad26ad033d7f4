import { useCommand } from 'onesocket/react';
import { useState } from 'react';
import { type DlqStatus, dlqStatuses, type OperationsSnapshot } from '../../shared/operations.ts';
import { socket } from '../socket.ts';
import { Badge, Empty, Notice, Stat, Stats, type Tone } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

const tones: Readonly<Record<DlqStatus, Tone>> = {
  pending: 'warn',
  retrying: 'accent',
  failed: 'bad',
  resolved: 'good',
};

export function DeadLetters({ state, online }: { readonly state: OperationsSnapshot; readonly online: boolean }) {
  const retry = useCommand(socket, 'dlq:retry');
  const [status, setStatus] = useState<DlqStatus | ''>('');
  const shown = state.dlq.filter((letter) => status === '' || letter.status === status);
  return (
    <Card
      title="Dead letters"
      testId="dlq"
      hint="What a service failed at: tried again by itself, then left to you. Counted every 10 s."
      aside={
        <select
          aria-label="State of the dead letters"
          value={status}
          data-testid="dlq-status"
          onChange={(event) => setStatus(dlqStatuses.find((each) => each === event.target.value) ?? '')}
        >
          <option value="">All states</option>
          {dlqStatuses.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      }
    >
      <Stats>
        <Stat label="total" value={state.stats.total} testId="dlq-total" />
        {dlqStatuses.map((each) => (
          <Stat key={each} label={each} value={state.stats[each]} testId={`dlq-${each}`} />
        ))}
      </Stats>
      {retry.error && <Notice tone="bad">Not retried: {retry.error.message}</Notice>}
      {shown.length === 0 ? (
        <Empty icon="check" title="No dead letters">
          {state.dlq.length > 0 ? 'Another state has some.' : 'Nothing failed. Make a bad event, or kill a service.'}
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        <ul className="letters" aria-label="Dead letters, the newest first" tabIndex={0}>
          {shown.map(({ dlqId, originalEvent, error, status: own, attemptCount, maxAttempts }) => (
            <li key={dlqId} data-testid="letter" data-letter={dlqId} data-status={own}>
              <Badge tone={tones[own]}>{own}</Badge>
              <div>
                <p>{originalEvent.eventType}</p>
                <p className="hint">{error}</p>
              </div>
              <span className="hint num">{`${attemptCount} of ${maxAttempts}`}</span>
              {own === 'pending' || own === 'failed' ? (
                <Button
                  size="small"
                  disabled={!online}
                  data-testid="retry"
                  aria-label={`Retry ${dlqId}`}
                  onClick={() => void retry.run({ dlqId }).catch(() => {})}
                >
                  Retry
                </Button>
              ) : (
                <span />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
