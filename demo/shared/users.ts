/** The demo's people: who they are decides what they see. */

export const modules = ['learning', 'orders', 'transactions', 'chat'] as const;
export type Module = (typeof modules)[number];

export const shops = { north: 'Harbour Books', south: 'Hill Coffee' } as const;
export type ShopId = keyof typeof shops;

export interface User {
  readonly name: string;
  readonly about: string;
  readonly email: string;
  readonly role: 'admin' | 'staff' | 'student';
  readonly shopId: ShopId | null;
  readonly modules: readonly Module[];
}

export const users = {
  ada: {
    name: 'Ada Lovelace',
    about: 'Runs Harbour Books and the servers',
    email: 'ada@demo.example',
    role: 'admin',
    shopId: 'north',
    modules: ['learning', 'orders', 'transactions', 'chat'],
  },
  grace: {
    name: 'Grace Hopper',
    about: 'Sells at Harbour Books, sees no transactions',
    email: 'grace@demo.example',
    role: 'staff',
    shopId: 'north',
    modules: ['learning', 'orders', 'chat'],
  },
  alan: {
    name: 'Alan Turing',
    about: 'Runs Hill Coffee',
    email: 'alan@demo.example',
    role: 'staff',
    shopId: 'south',
    modules: ['learning', 'orders', 'transactions', 'chat'],
  },
  linus: {
    name: 'Linus Torvalds',
    about: 'A student, of no shop',
    email: 'linus@demo.example',
    role: 'student',
    shopId: null,
    modules: ['learning'],
  },
} as const satisfies Readonly<Record<string, User>>;
export type UserId = keyof typeof users;

export const userIds = Object.keys(users) as UserId[];

export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' && Object.hasOwn(users, value);
}

/** `POST /login` */
export interface LoginAnswer {
  readonly token: string;
  readonly expiresInMs: number;
}
