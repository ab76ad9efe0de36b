import { speechOf } from "@crm/core/document/speech.ts";
import { type Detail, statusOf } from "@crm/core/kernel/error.ts";
import { filled } from "@crm/core/kernel/text.ts";
import { type Look, SurveyPage } from "@crm/core/ticket/survey/page.ts";
import { type Words, wordsOf } from "@crm/core/ticket/survey/words.ts";
import type { Raw } from "../http/operation.ts";
import { area, pageOf } from "./layout.ts";
import { html, Markup } from "./markup.ts";

/** Where mails about resolved tickets lead: a form with what is asked. Opening it answers nothing. */

const style = new Markup(`
.told { margin: 1rem 0; padding: 0.75rem 1rem; border: 2px solid var(--do); border-radius: 0.375rem; font-weight: 600; }
fieldset { margin: 1.5rem 0; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: 0.25rem; }
.scale { display: grid; grid-template-columns: repeat(11, 1fr); gap: 0.5rem 0.25rem; margin: 0.5rem 0; }
.scale label { display: flex; flex-direction: column; align-items: center; gap: 0.25rem; padding: 0.25rem 0; font-weight: 400; }
.scale input { width: 1.25rem; height: 1.25rem; margin: 0; }
@media (max-width: 28rem) { .scale { grid-template-columns: repeat(6, 1fr); } }
`);

interface Shown {
  rating?: string;
  nps?: string;
  comments?: string;
  errors?: readonly Detail[];
  isTold?: boolean;
}

function shown(look: Look, { isTold = false, errors = [], ...typed }: Shown = {}): Raw {
  const { token, organisation: from, language, ticket_number: number, subject } = look;
  const words = wordsOf(language);
  const said = { from, number, day: speechOf(language).day(look.until) };
  const { rating = String(look.rating ?? ""), nps = String(look.nps ?? ""), comments = look.comments ?? "" } = typed;
  const isAnswered = look.rating !== null;
  const body = html`${isTold ? html`<p class="told" role="status">${words.thanks}</p>` : undefined}
<p>${filled(words.about, said)}<br><strong><bdi>${subject}</bdi></strong></p>
<p>${filled(isAnswered ? words.change : words.until, said)}</p>
<form method="post" action="/survey/${token}">
${ratings(words, rating, errors)}
${look.asks_nps ? recommendation(words, nps) : undefined}
${area({ name: "comments", label: words.comments, value: comments, saysOptional: true, errors })}
<div class="buttons"><button>${words.send}</button></div>
</form>`;
  return pageOf(words.title, body, errors.length > 0 ? statusOf.VALIDATION_ERROR : 200, { language, style });
}

/** The best first, as most people read them. */
function ratings({ rating: legend, ratings: meanings }: Words, chosen: string, errors: readonly Detail[]): Markup {
  const wrong = errors.find(({ field }) => field === "rating");
  const choices = meanings.map((meaning, at) => ({ value: String(at + 1), meaning })).reverse();
  const marks = wrong && html` aria-invalid="true" aria-describedby="rating-error"`;
  return html`<fieldset>
<legend>${legend}</legend>
${wrong && html`<p class="error" id="rating-error">${wrong.message}</p>`}
${choices.map(
  ({ value, meaning }) =>
    html`<label class="choice"><input type="radio" name="rating" value="${value}" required${value === chosen ? html` checked` : undefined}${marks}> <span>${value} – ${meaning}</span></label>
`,
)}
</fieldset>`;
}

const recommendation = ({ nps: legend, nps_ends }: Words, chosen: string): Markup => html`<fieldset aria-describedby="nps-ends">
<legend>${legend}</legend>
<p class="hint" id="nps-ends">${nps_ends}</p>
<div class="scale">
${Array.from(
  { length: 11 },
  (_, value) =>
    html`<label><input type="radio" name="nps" value="${value}"${String(value) === chosen ? html` checked` : undefined}> ${value}</label>
`,
)}
</div>
</fieldset>`;

export const show = async (token: string): Promise<Raw> => shown(await SurveyPage.look({ token }));

/** What the form of the page sends. */
export interface Sent {
  token: string;
  rating: string;
  nps: string;
  comments: string;
}

const MOST = 2000;

export async function send({ token, rating, nps, comments }: Sent): Promise<Raw> {
  // As the box counts them: a browser sends each end of a line as two characters.
  const written = comments.replaceAll("\r\n", "\n").trim().toWellFormed();
  const isRated = /^[1-5]$/.test(rating);
  if (!isRated || written.length > MOST) {
    const look = await SurveyPage.look({ token });
    const words = wordsOf(look.language);
    const errors = [
      ...(isRated ? [] : [{ field: "rating", message: words.choose }]),
      ...(written.length > MOST ? [{ field: "comments", message: filled(words.too_long, { most: String(MOST) }) }] : []),
    ];
    return shown(look, { rating, nps, comments: written, errors });
  }
  const recommended = /^(\d|10)$/.test(nps) ? Number(nps) : null;
  const said = { rating: Number(rating), nps: recommended, comments: written === "" ? null : written };
  return shown(await SurveyPage.answer({ token, ...said }), { isTold: true });
}
