import { useCommand } from 'onesocket/react';
import { cardLimit, type Transaction } from '../../shared/shop.ts';
import { time } from '../format.ts';
import { socket } from '../socket.ts';
import { Badge, Empty, Notice } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { money } from './money.ts';
import { NotYours } from './orders.tsx';

interface TransactionsProps {
  readonly transactions: readonly Transaction[] | null;
  readonly online: boolean;
}

export function Transactions({ transactions, online }: TransactionsProps) {
  const pay = useCommand(socket, 'order:pay');
  const paid = new Set(transactions?.filter(({ status }) => status === 'approved').map(({ orderId }) => orderId));
  return (
    <Card title="Payments" testId="transactions" hint={`The demo’s bank refuses more than ${money(cardLimit)}.`}>
      {pay.error && <Notice tone="bad">That did not work: {pay.error.message}</Notice>}
      {transactions === null && <NotYours module="transactions" />}
      {transactions?.length === 0 && (
        <Empty icon="coin" title="No payments yet">
          Each order brings one.
        </Empty>
      )}
      {transactions && transactions.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        <ul className="payments" aria-label="Payments, the newest first" tabIndex={0}>
          {transactions.map(({ transactionId, orderId, amount, status, reason, timestamp }) => (
            <li key={transactionId} data-testid="transaction" data-status={status} data-order={orderId}>
              <Badge tone={status === 'approved' ? 'good' : 'bad'}>{status}</Badge>
              <div>
                <span>{orderId}</span>
                <span className="hint">{reason ?? time(Date.parse(timestamp))}</span>
              </div>
              <span className="num">{money(amount)}</span>
              {status === 'failed' && !paid.has(orderId) && (
                <Button
                  size="small"
                  disabled={!online}
                  busy={pay.pending}
                  aria-label={`Try the payment of ${orderId} again`}
                  onClick={() => void pay.run({ orderId }).catch(() => {})}
                >
                  Try again
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
