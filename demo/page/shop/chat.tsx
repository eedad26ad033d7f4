import { useCommand } from 'onesocket/react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { ChatMessage } from '../../shared/shop.ts';
import { users } from '../../shared/users.ts';
import { time } from '../format.ts';
import { socket, userId } from '../socket.ts';
import { Empty } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { NotYours } from './orders.tsx';

export function Chat({ chat, online }: { readonly chat: readonly ChatMessage[] | null; readonly online: boolean }) {
  const send = useCommand(socket, 'chat:send');
  const [text, setText] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const count = chat?.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is shown.
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const said = text.trim();
    if (!said || send.pending) return;
    // What was not sent stays to be sent again.
    await send.run({ text: said }).then(
      () => setText(''),
      () => {},
    );
  }

  return (
    <Card title="Chat" testId="chat" className="chat" hint="Between the people of this shop.">
      {chat === null ? (
        <NotYours module="chat" />
      ) : (
        <>
          {count === 0 && (
            <Empty icon="send" title="Nobody said anything yet">
              What you write reaches everybody of this shop, in all their tabs.
            </Empty>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
          <ul className="messages" ref={list} aria-label="Messages" aria-live="polite" tabIndex={0}>
            {chat.map(({ messageId, from, text: said, timestamp }) => (
              <li key={messageId} data-testid="message" data-own={from === users[userId].name || undefined}>
                <p className="hint">
                  {from}, {time(Date.parse(timestamp))}
                </p>
                <p>{said}</p>
              </li>
            ))}
          </ul>
          <form className="say" onSubmit={(event) => void submit(event)}>
            <input
              aria-label="Message"
              placeholder="Write to your shop"
              maxLength={300}
              value={text}
              data-testid="chat-text"
              onChange={(event) => setText(event.target.value)}
            />
            <Button type="submit" look="primary" icon="send" busy={send.pending} disabled={!online} aria-label="Send" />
          </form>
          <p className="field-error" role="status">
            {send.error ? `Not sent: ${send.error.message}` : ''}
          </p>
        </>
      )}
    </Card>
  );
}
