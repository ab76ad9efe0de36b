import { speechOf } from "@crm/core/document/speech.ts";
import { useSettings } from "@crm/core/kernel/context.ts";
import { type Detail, statusOf } from "@crm/core/kernel/error.ts";
import { filled } from "@crm/core/kernel/text.ts";
import { type Answered, type Look, OfferPage } from "@crm/core/offer/page.ts";
import { View } from "@crm/core/offer/view.ts";
import { keptAnswer } from "../http/file.ts";
import type { Raw } from "../http/operation.ts";
import { bodyOf } from "./business-document.ts";
import { area, box, pageOf } from "./layout.ts";
import { html, Markup } from "./markup.ts";
import { point } from "./point.ts";

/** Where links of mails to customers lead: what is offered to them, and the forms by which they answer. Opening it answers nothing. */

const style = new Markup(`
main { max-width: 56rem; }
.document { padding: 1rem; background: light-dark(#fff, #1b1f24); border: 1px solid light-dark(#d1d5db, #374151); border-radius: 0.375rem; }
.parties { display: flex; flex-wrap: wrap; gap: 0 3rem; justify-content: space-between; }
.document h2:first-child, .document p:first-child { margin-top: 0; }
.parties p { margin-top: 0; }
.document .text { unicode-bidi: plaintext; }
[dir="rtl"] .text { text-align: right; }
[dir="rtl"] .end .text { text-align: left; }
.document img { max-width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem; text-align: start; vertical-align: top; border-bottom: 1px solid light-dark(#d1d5db, #374151); }
th { font-size: 0.875rem; }
.end { text-align: end; white-space: nowrap; }
.center { text-align: center; }
small { display: block; color: light-dark(#4b5563, #b6bcc6); }
.totals { margin: 1rem 0; margin-inline-start: auto; max-width: 24rem; font-variant-numeric: tabular-nums; }
.totals div { display: flex; gap: 1rem; justify-content: space-between; padding: 0.25rem 0.5rem; }
.totals dd { margin: 0; }
.totals .strong { font-weight: 700; border-top: 2px solid var(--line); }
.notice { padding: 0.75rem 1rem; border: 2px solid var(--do); border-radius: 0.375rem; font-weight: 600; }
.option { justify-content: flex-start; }
.option .price { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
details { margin: 1rem 0; border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.75rem 1rem; }
summary { font-weight: 600; cursor: pointer; }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin: 1rem 0; }
nav a { padding: 0.25rem 0; font-weight: 600; }
.choice + .buttons, fieldset button { margin-top: 0.75rem; }
.seen { position: absolute; }
@media (max-width: 40rem) {
.document { padding: 0.75rem; }
table, tbody, tr, td { display: block; }
thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tr { display: flex; flex-direction: column; padding: 0.5rem 0; border-bottom: 1px solid light-dark(#d1d5db, #374151); }
td { display: flex; gap: 1rem; justify-content: space-between; padding: 0.125rem 0; border: 0; text-align: start; white-space: normal; }
td.main { order: -1; }
td.main::before { display: none; }
td:empty, td[data-head="#"] { display: none; }
td::before { content: attr(data-head); flex: none; color: light-dark(#4b5563, #b6bcc6); font-size: 0.875rem; }
}
`);

/** What was typed into a form that is shown again, and what is wrong with it. */
interface Typed {
  name?: string;
  reason?: string;
  question?: string;
  errors?: readonly Detail[];
}

interface Shown extends Typed {
  title?: string;
  notice?: string | undefined;
  status?: number;
}

function shown(look: Look, { title, notice, status = 200, ...typed }: Shown = {}): Raw {
  const { document, seen, token, state } = look;
  const { at, mark } = seen;
  const body = html`${title === undefined ? undefined : html`<p>${document.title}</p>`}
${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
${standingOf(look)}
${state === "open" && look.signing !== undefined ? toSigning(look) : undefined}
${state === "open" ? waysTo(look) : undefined}
${bodyOf(document)}
<p><a href="/q/${token}/pdf" hreflang="${document.language}" type="application/pdf">${document.title} (PDF)</a></p>
<img class="seen" src="/q/${token}/seen.gif?at=${at}&amp;mark=${mark}" alt="" width="1" height="1">
${state === "open" ? answersTo(look, typed) : undefined}`;
  return pageOf(title ?? document.title, body, status, { language: document.language, style, hasPictures: true });
}

/** Until when it can be answered, or what has become of it. */
function standingOf({ state, day, words, document, organisation }: Look): Markup {
  const values = { day: speechOf(document.language).day(day), from: organisation, zone: useSettings().timezone };
  if (state === "open") return html`<p>${filled(words.until, values)}. ${filled(words.zone, values)}.</p>`;
  return html`<p class="notice">${filled(words[state], values)}</p>`;
}

/** Long ones are answered far below. Browsers open what holds the box that is led to. */
const waysTo = ({ document, words, ...look }: Look): Markup => html`<p>${totalsOf(document)}</p>
<nav>${look.signing === undefined ? html`<a href="#answer">${words.accept}</a>` : undefined}<a href="#reason">${words.reject}</a><a href="#question">${words.ask}</a></nav>`;

/** What is accepted by a signature is accepted on the page for that. */
const toSigning = ({ signing, words, organisation: from }: Look): Markup =>
  signing
    ? html`<p class="notice"><a href="${signing}">${words.sign_here}</a></p>`
    : html`<p class="notice">${filled(words.sign_by_mail, { from })}</p>`;

const answersTo = (look: Look, typed: Typed): Markup => html`${
  look.signing === undefined
    ? html`<h2 id="answer">${look.words.accept}</h2>
${acceptance(look, typed)}`
    : undefined
}
${rejection(look, typed)}
${asking(look, typed)}`;

function acceptance({ token, words, options, shown: of, document }: Look, { name = "", errors = [] }: Typed): Markup {
  const consent = errors.find(({ field }) => field === "consent");
  return html`<form method="post" action="/q/${token}">
<input type="hidden" name="shown" value="${of}">
${
  options.length === 0
    ? undefined
    : html`<fieldset>
<legend>${words.options}</legend>
${options.map(optionOf)}
<button name="act" value="total" class="other" formnovalidate>${words.show_total}</button>
</fieldset>`
}
<p>${totalsOf(document)}</p>
${box({ name: "name", label: words.your_name, type: "text", autocomplete: "name", value: name, errors })}
${consent && html`<p class="error" id="consent-error">${consent.message}</p>`}
<label class="choice"><input type="checkbox" name="consent" value="yes" required${consent && html` aria-invalid="true" aria-describedby="consent-error"`}> ${words.consent}</label>
<div class="buttons"><button name="act" value="accept">${words.accept}</button></div>
</form>`;
}

const optionOf = ({ ids, label, amount, chosen }: Look["options"][number]): Markup =>
  html`<label class="choice option"><input type="checkbox" name="chosen" value="${ids.join(" ")}"${chosen ? html` checked` : undefined}> <span>${label}</span> <span class="price">${amount}</span></label>
`;

/** What all comes to, beside the button that accepts it. */
function totalsOf({ blocks }: Look["document"]): Markup | undefined {
  const last = blocks.flatMap((block) => (block.kind === "totals" ? block.lines : [])).findLast(({ strong }) => strong);
  return last && html`${last.label}: <strong>${last.amount}</strong>`;
}

const rejection = (
  { token, words }: Look,
  { reason = "", errors = [] }: Typed,
): Markup => html`<details${opened(errors, "reason")}>
<summary>${words.reject}</summary>
<form method="post" action="/q/${token}">
${area({ name: "reason", label: words.reason, value: reason, isRequired: true, errors })}
<div class="buttons"><button name="act" value="reject" class="other">${words.reject}</button></div>
</form>
</details>`;

const asking = ({ token, words, request_id }: Look, { name = "", question = "", errors = [] }: Typed): Markup =>
  html`<details${opened(errors, "asker", "question")}>
<summary>${words.ask}</summary>
<form method="post" action="/q/${token}">
<input type="hidden" name="request_id" value="${request_id}">
${box({ id: "asker", name: "name", label: words.your_name, type: "text", autocomplete: "name", value: name, errors })}
${area({ name: "question", label: words.question, value: question, isRequired: true, errors })}
<div class="buttons"><button name="act" value="ask" class="other">${words.send}</button></div>
</form>
</details>`;

const opened = (errors: readonly Detail[], ...fields: string[]): Markup | undefined =>
  errors.some(({ field }) => fields.includes(field)) ? html` open` : undefined;

export const show = async (token: string): Promise<Raw> => shown(await OfferPage.look({ token }));

export const pdf = async (token: string): Promise<Raw> =>
  keptAnswer({ ...(await OfferPage.pdf({ token })), content_type: "application/pdf" });

/** Somebody has the page before them. */
export async function seen(mark: { token: string; at: string; mark: string }): Promise<Raw> {
  await View.seen(mark);
  return point();
}

/** What a form of the page sends. */
export interface Sent {
  token: string;
  act: "accept" | "total" | "reject" | "ask";
  name: string;
  consent: string;
  chosen: string[];
  shown: string;
  reason: string;
  question: string;
  request_id: string;
}

export function act(sent: Sent): Promise<Raw> {
  if (sent.act === "reject") return reject(sent);
  return sent.act === "ask" ? ask(sent) : accept(sent);
}

async function accept({ token, act: wanted, name, consent, chosen, shown: of }: Sent): Promise<Raw> {
  const look = await OfferPage.look({ token, chosen });
  const typed = { name };
  if (wanted === "total" && look.state === "open") return shown(look, typed);
  const missing = consent === "yes" ? [] : [{ field: "consent", message: look.words.consent_required }];
  const errors = [...wrongWith(look, "name", name, NAME), ...missing];
  if (errors.length > 0 && look.state === "open") return refused(look, { ...typed, errors });
  return told(await OfferPage.accept({ token, name: name.trim() || "-", chosen, shown: of }), typed);
}

async function reject({ token, reason }: Sent): Promise<Raw> {
  const look = await OfferPage.look({ token });
  const errors = wrongWith(look, "reason", reason, TEXT);
  if (errors.length > 0 && look.state === "open") return refused(look, { reason, errors });
  return told(await OfferPage.reject({ token, reason: reason.trim().slice(0, TEXT) || "-" }));
}

async function ask({ token, name, question, request_id }: Sent): Promise<Raw> {
  const look = await OfferPage.look({ token });
  const errors = [...wrongWith(look, "asker", name, NAME), ...wrongWith(look, "question", question, TEXT)];
  if (errors.length > 0) return refused(look, { name, question, errors });
  return told(await OfferPage.ask({ token, name, question, request_id: request_id || look.request_id }), { name });
}

const [NAME, TEXT] = [100, 2000];

function wrongWith({ words }: Look, field: string, value: string, most: number): Detail[] {
  if (value.trim() === "") return [{ field, message: words.required }];
  return value.length > most ? [{ field, message: filled(words.too_long, { most: String(most) }) }] : [];
}

const refused = (look: Look, typed: Typed): Raw => shown(look, { ...typed, status: statusOf.VALIDATION_ERROR });

/** What the answer has done, or why it has done nothing. */
function told({ outcome, look }: Answered, typed: Typed = {}): Raw {
  const { words, organisation: from } = look;
  const conflict = { ...typed, status: statusOf.CONFLICT };
  switch (outcome) {
    case "accepted":
      return shown(look, { title: words.done_accepted });
    case "rejected":
      return shown(look, { title: words.done_rejected });
    case "asked":
      return shown(look, { title: words.done_asked, notice: filled(words.answer_by_mail, { from }) });
    case "repeated":
      return shown(look, { notice: words.repeated });
    case "changed":
      return shown(look, { ...conflict, notice: words.changed });
    case "impossible":
      return shown(look, { ...conflict, notice: filled(words.impossible, { from }) });
    default:
      return shown(look, conflict);
  }
}
