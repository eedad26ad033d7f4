/** All of the panel's looks. Colours of light and dark stand side by side. */
export const styles = `
:host {
  all: initial;
  color-scheme: light dark;
  --page: light-dark(#ffffff, #171b21);
  --sunken: light-dark(#f3f4f6, #11151a);
  --line: light-dark(#dfe3e8, #2a313a);
  --strong: light-dark(#8b95a1, #65717f);
  --ink: light-dark(#14181d, #e9edf2);
  --muted: light-dark(#55606c, #9ba7b4);
  --accent: light-dark(#2257c5, #86aefc);
  --server: light-dark(#2257c5, #86aefc);
  --tabs: light-dark(#7a4a00, #eab54e);
  --status: light-dark(#15703f, #62cf95);
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before { box-sizing: border-box; }
.frame {
  color: var(--ink);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}
.floats { position: fixed; z-index: 2147483000; inset: auto 0 0 auto; }
.floats > button { margin: 12px; box-shadow: 0 1px 4px #0004; }
.floats .panel {
  width: 100vw;
  height: min(32rem, 60vh);
  border-width: 1px 0 0;
  border-radius: 0;
  box-shadow: 0 -4px 20px #0003;
}
.panel {
  container-type: inline-size;
  display: flex;
  flex-direction: column;
  height: 30rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--page);
}
.panel:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  padding: 8px 12px;
  border-bottom: 1px solid var(--line);
}
h2, h3, p, dl, dd, ul, fieldset { margin: 0; padding: 0; border: 0; }
h2 { font-size: 14px; font-weight: 600; }
h3 { margin-bottom: 4px; font-size: 12px; font-weight: 600; color: var(--muted); }
.headline { flex: 1; color: var(--muted); }
.tools { display: flex; flex-wrap: wrap; gap: 6px; }
button, input[type="search"] {
  min-height: 28px;
  padding: 3px 10px;
  border: 1px solid var(--strong);
  border-radius: 6px;
  background: var(--page);
  color: var(--ink);
  font: inherit;
}
button { cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--page); }
.body { display: grid; flex: 1; min-height: 0; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
.scroll { overflow: auto; overscroll-behavior: contain; }
.facts { display: flex; flex-direction: column; gap: 14px; padding: 10px 12px; border-right: 1px solid var(--line); }
.why { margin-bottom: 6px; }
.degraded { margin-bottom: 6px; padding-left: 18px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 6px 12px; }
dt, thead th, .note { color: var(--muted); font-size: 12px; }
dd, .why { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); font-weight: 400; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.messages { display: flex; flex-direction: column; min-height: 0; }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 8px 12px; }
input[type="search"] { flex: 1 1 10rem; min-width: 0; }
fieldset { display: flex; flex-wrap: wrap; gap: 4px 10px; min-width: 0; }
.kind { display: inline-flex; align-items: center; gap: 4px; }
input[type="checkbox"] { accent-color: var(--accent); margin: 0; }
.list { flex: 1; padding: 0 12px; border-top: 1px solid var(--line); }
.list thead th { position: sticky; top: 0; background: var(--page); }
.list td, .list tbody th { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; }
.time, .tag, .number, thead th { white-space: nowrap; overflow-wrap: normal; }
.list th:last-child, .number { padding-right: 0; text-align: right; }
.list tbody th { min-width: 9em; font-weight: 600; overflow-wrap: break-word; }
.what { width: 60%; min-width: 12em; color: var(--muted); }
.link-in, .link-out { color: var(--server); }
.channel-in, .channel-out { color: var(--tabs); }
.status { color: var(--status); }
.messages > .note { padding: 4px 12px; border-top: 1px solid var(--line); }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@container (max-width: 720px) {
  .body { display: block; overflow: auto; }
  .facts { border-right: 0; border-bottom: 1px solid var(--line); }
  .list { max-height: 24rem; }
}
`;
