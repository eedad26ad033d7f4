/** One of four frames of a page, which shows the Desk alone. */
export const isPane: boolean = new URLSearchParams(location.search).has('pane');
