import { useCommand } from 'onesocket/react';
import {
  type OperationsSnapshot,
  type ServiceStatus,
  serviceByType,
  services,
  workTypes,
} from '../../shared/operations.ts';
import { socket } from '../socket.ts';
import { Badge, Notice, type Tone } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

const tones: Readonly<Record<ServiceStatus, Tone>> = { starting: 'warn', running: 'good', down: 'bad' };

/** Real threads: what one kills is gone, with what it was at, until it is started again. */
export function Services({ state, online }: { readonly state: OperationsSnapshot; readonly online: boolean }) {
  const kill = useCommand(socket, 'service:kill');
  const create = useCommand(socket, 'event:create');
  const error = kill.error ?? create.error;
  return (
    <Card title="Services" hint="A worker thread each. Kill one: it comes back after a moment." testId="services">
      {error && <Notice tone="bad">That did not work: {error.message}</Notice>}
      <ul className="services">
        {services.map((service) => {
          const status = state.services[service];
          const type = workTypes.find((each) => serviceByType[each] === service);
          return (
            <li key={service} data-testid={`service-${service}`} data-status={status}>
              <span>
                <b>{service}</b>
                <span className="hint">{type}</span>
              </span>
              <Badge tone={tones[status]}>
                <span className="dot" />
                {status}
              </Badge>
              <span className="row">
                {type && (
                  <>
                    <Button
                      size="small"
                      disabled={!online}
                      data-testid={`create-${service}`}
                      aria-label={`Make an event for ${service}`}
                      onClick={() => void create.run({ eventType: type }).catch(() => {})}
                    >
                      Event
                    </Button>
                    <Button
                      size="small"
                      disabled={!online}
                      data-testid={`poison-${service}`}
                      aria-label={`Make an event that ${service} can’t handle`}
                      onClick={() => void create.run({ eventType: type, poison: true }).catch(() => {})}
                    >
                      Bad event
                    </Button>
                  </>
                )}
                <Button
                  size="small"
                  look="danger"
                  disabled={!online || status === 'down'}
                  data-testid={`kill-${service}`}
                  aria-label={`Kill ${service}`}
                  onClick={() => void kill.run({ service }).catch(() => {})}
                >
                  Kill
                </Button>
              </span>
            </li>
          );
        })}
      </ul>
      <ul className="infrastructure" aria-label="What the server stands on">
        {Object.entries(state.infrastructure).map(([component, status]) => (
          <li key={component}>
            <Badge tone={status === 'up' ? 'good' : 'bad'}>
              <span className="dot" />
              {`${component} ${status}`}
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
