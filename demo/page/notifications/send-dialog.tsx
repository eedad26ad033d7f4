import { type FormEvent, useState } from 'react';
import { type Category, categories, type NotificationType, notificationTypes } from '../../shared/notifications.ts';
import { userIds, users } from '../../shared/users.ts';
import { userId } from '../socket.ts';
import { Field, Notice } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useAction } from '../ui/use-action.ts';
import { send } from './inbox.ts';
import { categoryWords, typeWords } from './words.ts';

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export function SendDialog({ onClose }: { readonly onClose: () => void }) {
  const [type, setType] = useState<NotificationType>('info');
  const sending = useAction(async (form: FormData) => {
    await send({
      to: text(form, 'to'),
      type,
      category: text(form, 'category') as Category,
      title: text(form, 'title'),
      message: text(form, 'message'),
      actionUrl: type === 'action_required' ? text(form, 'actionUrl') : null,
    });
    onClose();
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void sending.run(new FormData(event.currentTarget));
  };
  return (
    <Dialog title="Send a notification" onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Field label="To" hint="Whoever is not signed in finds it later.">
          {(control) => (
            <select {...control} name="to" defaultValue={userId}>
              {userIds.map((id) => (
                <option key={id} value={id}>
                  {users[id].name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className="field-pair">
          <Field label="Type">
            {(control) => (
              <select {...control} value={type} onChange={(event) => setType(event.target.value as NotificationType)}>
                {notificationTypes.map((each) => (
                  <option key={each} value={each}>
                    {typeWords[each]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Category">
            {(control) => (
              <select {...control} name="category" defaultValue="user">
                {categories.map((each) => (
                  <option key={each} value={each}>
                    {categoryWords[each]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Field label="Title">
          {(control) => <input {...control} name="title" required maxLength={80} data-testid="send-title" />}
        </Field>
        <Field label="Message">
          {(control) => (
            <textarea {...control} name="message" required maxLength={500} rows={3} data-testid="send-message" />
          )}
        </Field>
        {type === 'action_required' && (
          <Field label="Page of its action" hint="An address of this demo, such as /panes.">
            {(control) => <input {...control} name="actionUrl" required pattern="/[\w\/-]*" defaultValue="/panes" />}
          </Field>
        )}
        {sending.error && <Notice tone="bad">It was not sent: {sending.error}</Notice>}
        <footer className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" icon="send" busy={sending.pending} data-testid="send-submit">
            Send
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
