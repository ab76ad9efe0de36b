import { type ErrorDetail, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { createLocaleFormat } from "@crm/core/lib/pdf/locale-format.ts";
import { type Translations, translationsFor } from "@crm/core/service/survey/i18n.ts";
import { SurveyPage, type SurveyPageContent } from "@crm/core/service/survey/page.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage, renderTextArea } from "./layout.ts";
import { html, Markup } from "./markup.ts";

/** The page behind links in mails about resolved tickets: a survey form. Opening it answers nothing. */

const style = new Markup(`
.told { margin: 1rem 0; padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; font-weight: 500; }
fieldset { margin: 1.5rem 0; padding: 0; border: 0; background: none; }
legend { padding: 0; margin-bottom: 0.25rem; }
.scale { display: grid; grid-template-columns: repeat(11, 1fr); gap: 0.5rem 0.25rem; margin: 0.5rem 0; }
.scale label { display: flex; flex-direction: column; align-items: center; gap: 0.25rem; padding: 0.25rem 0; font-weight: 400; }
.scale input { width: 1.25rem; height: 1.25rem; margin: 0; }
@media (max-width: 28rem) { .scale { grid-template-columns: repeat(6, 1fr); } }
`);

interface PageState {
  rating?: string;
  nps?: string;
  comments?: string;
  errors?: readonly ErrorDetail[];
  isSaved?: boolean;
}

function presentPage(look: SurveyPageContent, { isSaved = false, errors = [], ...typed }: PageState = {}): RawResponse {
  const { token, organisation, language, ticket_number, subject } = look;
  const words = translationsFor(language);
  const placeholders = { from: organisation, number: ticket_number, day: createLocaleFormat(language).day(look.until) };
  const { rating = String(look.rating ?? ""), nps = String(look.nps ?? ""), comments = look.comments ?? "" } = typed;
  const isAnswered = look.rating !== null;
  const body = html`${isSaved ? html`<p class="told" role="status">${words.thanks}</p>` : undefined}
<p>${fillPlaceholders(words.about, placeholders)}<br><strong><bdi>${subject}</bdi></strong></p>
<p>${fillPlaceholders(isAnswered ? words.change : words.until, placeholders)}</p>
<form method="post" action="/survey/${token}">
${renderRatings(words, rating, errors)}
${look.asks_nps ? renderRecommendation(words, nps) : undefined}
${renderTextArea({ name: "comments", label: words.comments, value: comments, saysOptional: true, errors })}
<div class="buttons"><button>${words.send}</button></div>
</form>`;
  return renderPage(words.title, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200, { language, style });
}

/** The best rating comes first, as most people read them. */
function renderRatings({ rating, ratings }: Translations, selectedValue: string, errors: readonly ErrorDetail[]): Markup {
  const error = errors.find(({ field }) => field === "rating");
  const choices = ratings.map((meaning, index) => ({ value: String(index + 1), meaning })).reverse();
  const marks = error && html` aria-invalid="true" aria-describedby="rating-error"`;
  return html`<fieldset>
<legend>${rating}</legend>
${error && html`<p class="error" id="rating-error">${error.message}</p>`}
${choices.map(
  ({ value, meaning }) =>
    html`<label class="choice"><input type="radio" name="rating" value="${value}" required${value === selectedValue ? html` checked` : undefined}${marks}> <span>${value} – ${meaning}</span></label>
`,
)}
</fieldset>`;
}

const renderRecommendation = (
  { nps, nps_ends }: Translations,
  selectedValue: string,
): Markup => html`<fieldset aria-describedby="nps-ends">
<legend>${nps}</legend>
<p class="hint" id="nps-ends">${nps_ends}</p>
<div class="scale">
${Array.from(
  { length: 11 },
  (_, value) =>
    html`<label><input type="radio" name="nps" value="${value}"${String(value) === selectedValue ? html` checked` : undefined}> ${value}</label>
`,
)}
</div>
</fieldset>`;

export const show = async (token: string): Promise<RawResponse> => presentPage(await SurveyPage.render({ token }));

/** The fields that the form of the page sends. */
export interface SubmittedForm {
  token: string;
  rating: string;
  nps: string;
  comments: string;
}

const MAX_COMMENT_LENGTH = 2000;

export async function submit({ token, rating, nps, comments }: SubmittedForm): Promise<RawResponse> {
  // As the text box counts: it counts a line break as one character, but a browser sends two.
  const commentText = comments.replaceAll("\r\n", "\n").trim().toWellFormed();
  const isRated = /^[1-5]$/.test(rating);
  if (!isRated || commentText.length > MAX_COMMENT_LENGTH) {
    const look = await SurveyPage.render({ token });
    const words = translationsFor(look.language);
    const errors = [
      ...(isRated ? [] : [{ field: "rating", message: words.choose }]),
      ...(commentText.length > MAX_COMMENT_LENGTH
        ? [{ field: "comments", message: fillPlaceholders(words.too_long, { most: String(MAX_COMMENT_LENGTH) }) }]
        : []),
    ];
    return presentPage(look, { rating, nps, comments: commentText, errors });
  }
  const recommended = /^(\d|10)$/.test(nps) ? Number(nps) : null;
  const answerFields = { rating: Number(rating), nps: recommended, comments: commentText === "" ? null : commentText };
  return presentPage(await SurveyPage.answer({ token, ...answerFields }), { isSaved: true });
}
