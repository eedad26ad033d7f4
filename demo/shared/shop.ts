/** What the page and the server of Shop agree on. */

export type ShopEvents = object;
export type ShopCommands = object;
