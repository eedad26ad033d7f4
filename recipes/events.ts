/** What the recipes' servers send, and who may connect. In an application the imports are of `onesocket/server`. */
import { type Authenticate, jwt } from '../src/server/index.ts';

export interface ServerEvents {
  order_created: (order: { readonly id: number }) => void;
}

export const toAuthenticate = (secret: string): Authenticate => jwt({ secret, algorithms: ['HS256'] });
