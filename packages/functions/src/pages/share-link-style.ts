import { Markup } from "./markup.ts";

/** The style of the pages behind links in mails to customers. On a phone each cell of a table is a line. */
export const style = new Markup(`
:root { --width: 56rem; }
.document { padding: 1.5rem; background: var(--surface); border: 1px solid var(--border); border-radius: 0.5rem; }
.parties strong { font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 1rem 0; }
.facts dt { color: var(--text-muted); }
.facts dd { margin: 0; }
.parties { display: flex; flex-wrap: wrap; gap: 0 3rem; justify-content: space-between; }
.document h2:first-child, .document p:first-child { margin-top: 0; }
.parties p { margin-top: 0; }
.document .text, .document small { unicode-bidi: plaintext; }
[dir="rtl"] .text { text-align: right; }
[dir="rtl"] .end .text { text-align: left; }
.document img { max-width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--border); }
table { font-size: 0.8125rem; }
th { font-size: 0.75rem; line-height: 1rem; font-weight: 500; color: var(--text-muted); }
.end { text-align: end; white-space: nowrap; }
.center { text-align: center; }
small { display: block; font-size: 0.75rem; line-height: 1rem; color: var(--text-muted); }
.totals { margin: 1rem 0; margin-inline-start: auto; max-width: 24rem; font-variant-numeric: tabular-nums; }
.totals div { display: flex; gap: 1rem; justify-content: space-between; padding: 0.25rem 0.5rem; }
.totals dd { margin: 0; }
.totals .strong { font-size: 1rem; line-height: 1.5rem; font-weight: 600; border-top: 2px solid var(--accent); }
.notice { padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; font-weight: 500; }
.option { justify-content: flex-start; }
.option .price { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
details { margin: 1rem 0; }
summary { list-style: none; }
summary::-webkit-details-marker { display: none; }
details form { padding: 0 1rem 1rem; background: var(--surface); border: 1px solid var(--border); border-radius: 0.5rem; margin-top: 0.75rem; overflow: hidden; }
.live .show-total { display: none; }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1rem 0; }
.choice + .buttons, fieldset button { margin-top: 0.75rem; }
.seen { position: absolute; }
@media (max-width: 40rem) {
.document { padding: 1rem; }
table, tbody, tr, td { display: block; }
thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tr { display: flex; flex-direction: column; padding: 0.5rem 0; border-bottom: 1px solid var(--border); }
td { display: flex; gap: 1rem; justify-content: space-between; padding: 0.125rem 0; border: 0; text-align: start; white-space: normal; }
td.main { order: -1; }
td.main::before { display: none; }
td:empty, td[data-head="#"] { display: none; }
td::before { content: attr(data-head); flex: none; color: var(--text-muted); font-size: 0.75rem; }
}
`);
