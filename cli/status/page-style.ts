/** The style of the page: light and dark by the reader's system, and from a phone's width on. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6577; --paper: #f6f7f9; --card: #fff; --line: #dfe3ea;
  --good: #1a7f4b; --bad: #c22f2f; --warn: #8a5a00; --bar: #3b76c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa5b8; --paper: #12161d; --card: #1a202a;
  --line: #2d3644; --good: #4fc78a; --bad: #ff7b72; --warn: #e3b341; --bar: #6aa3ec; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 .6rem; font-size: 1.15rem; overflow-wrap: anywhere; }
h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: .3rem 0; }
a { color: inherit; }
.soft { color: var(--soft); font-size: .875rem; }
.sums { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0;
  padding: 0; list-style: none; }
.sums li, .note, .job, .facts, figure { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.sums b { display: block; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.sums .bad b { color: var(--bad); }
.note { margin: .6rem 0; border-left: .3rem solid var(--bad); overflow-wrap: anywhere; }
.note a { white-space: nowrap; }
code { font-size: .875em; overflow-wrap: anywhere; }
.note.unknown { border-left-color: var(--warn); }
.job { display: grid; grid-template-columns: 5.5rem minmax(0, 1.4fr) 11rem minmax(0, 2fr); gap: .25rem 1rem; align-items: center;
  margin: .5rem 0; }
.job .name { font-weight: 600; overflow-wrap: anywhere; }
.state { font-weight: 600; color: var(--bad); }
.state.ok { color: var(--good); } .state.silent { color: var(--soft); } .state.unknown { color: var(--warn); }
.job svg, figure svg { display: block; width: 100%; height: 3rem; }
figure { margin: .75rem 0 0; } figure svg { height: 5rem; } figcaption { margin-top: .35rem; }
.facts { margin: .75rem 0 0; list-style: none; }
.facts li { display: grid; grid-template-columns: 5.5rem minmax(0, 11rem) minmax(0, 1fr); gap: .1rem 1rem; padding: .3rem 0; }
.facts li + li { border-top: 1px solid var(--line); } .facts span { overflow-wrap: anywhere; } .facts .name { font-weight: 600; }
.bar { fill: var(--bar); } .loss { fill: var(--bad); } .base { stroke: var(--line); }
dl { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0; font-variant-numeric: tabular-nums; }
dl div { display: flex; gap: .35rem; } dt { color: var(--soft); } dd { margin: 0; } .lost dd { color: var(--bad); font-weight: 600; }
@media (max-width: 46rem) { .job { grid-template-columns: minmax(0, 1fr) auto; }
  .job .name { grid-row: 1; } .job svg, .job dl { grid-column: 1 / -1; }
  .facts li { grid-template-columns: 5.5rem minmax(0, 1fr); } .facts li span:last-child { grid-column: 2; } }
@media print { body { background: none; } .job, .note, .facts li { break-inside: avoid; } }
`;
