/** `onesocket/testing`: the real client and companion in a simulated world, for tests that need no browser and no time. */
export { createRealm } from './public-realm.ts';
export type {
  Browser,
  BrowserOptions,
  Realm,
  RealmOptions,
  RealmServer,
  RealmServerOptions,
  Tab,
  TabOptions,
} from './public-types.ts';
