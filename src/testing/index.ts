/** `onesocket/testing`: the real client and companion in a simulated world, for tests that need no browser and no time. */
export { createRealm, type Realm, type SimTab } from './realm.ts';
