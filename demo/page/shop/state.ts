/** The user's shop: one state for all tabs. What an event carries is whole, so that a repetition changes nothing. */
import {
  type ChatMessage,
  type Order,
  type ShopAnswer,
  type ShopState,
  shopLimit,
  type Transaction,
} from '../../shared/shop.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';

/** In its place if it is there, else the newest. */
function put<Item>(list: readonly Item[] | null, item: Item, idOf: (item: Item) => string): readonly Item[] | null {
  if (!list) return null;
  const id = idOf(item);
  if (list.some((each) => idOf(each) === id)) return list.map((each) => (idOf(each) === id ? item : each));
  return [item, ...list].slice(0, shopLimit);
}

const withOrder = (state: ShopState, order: Order): ShopState => ({
  ...state,
  orders: put(state.orders, order, ({ orderId }) => orderId),
});
const withTransaction = (state: ShopState, transaction: Transaction): ShopState => ({
  ...state,
  transactions: put(state.transactions, transaction, ({ transactionId }) => transactionId),
});

function withMessage(state: ShopState, message: ChatMessage): ShopState {
  if (!state.chat || state.chat.some(({ messageId }) => messageId === message.messageId)) return state;
  return { ...state, chat: [...state.chat, message].slice(-shopLimit) };
}

export const shop = socket.state<ShopState>({
  name: 'shop',
  load: ({ signal }) => session.request<ShopAnswer>('/api/v1/shop', { signal }),
  on: {
    order_created: withOrder,
    order_updated: withOrder,
    transaction_approved: withTransaction,
    transaction_failed: withTransaction,
    chat_message: withMessage,
  },
});
