const pane = new URLSearchParams(location.search).get('pane');

/** One of four frames of a page, which shows the Desk alone. */
export const isPane: boolean = pane !== null;
/** What it is called among the four, whose landmarks are all of one page. */
export const paneName: string = `Pane ${pane}`;
