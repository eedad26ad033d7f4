/** Said to the page that comes next: why nobody is signed in. In `sessionStorage`. */
export const signedOutKey = 'demo:signed-out';
