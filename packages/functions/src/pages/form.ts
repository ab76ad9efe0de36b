import { type ErrorDetail, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { utmNames } from "@crm/core/people/interaction/utm.rules.ts";
import { FormPage, type FormPageView } from "@crm/core/sales/web-form/form-page.ts";
import { translationsFor } from "@crm/core/sales/web-form/i18n.ts";
import { loadErrorLanguage } from "../http/error-language.ts";
import { RawResponse } from "../http/operation.ts";
import { HEIGHT_SCRIPT } from "./form-embed.ts";
import { type Answers, renderQuestion, renderTick } from "./form-question.ts";
import { type PageOptions, renderPage } from "./layout.ts";
import { html, Markup } from "./markup.ts";

/** The page of a form: hosted at an address of its own, or in a frame of a page of the tenant. */

const style = new Markup(`
.told { margin: 1rem 0; padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; font-weight: 500; }
fieldset { padding: 0; border: 0; background: none; }
legend { padding: 0; }
.choice { align-items: start; }
`);

/** In a frame, the page around the form has the space and the background. */
const embeddedStyle = new Markup("body { min-height: 0; background: none; } main { padding: 0.25rem; }");

/** Where the page is shown. */
type Place = "page" | "frame";

export const formPath = (key: string, place: Place = "page"): string => (place === "frame" ? `/f/${key}/frame` : `/f/${key}`);

function buildOptions({ language, allowed_origins, redirect_url }: FormPageView, place: Place): PageOptions {
  const formTargets = redirect_url === null ? [] : [new URL(redirect_url).origin];
  if (place === "page") return { language, style, formTargets };
  return {
    ...{ language, style: new Markup(style.text + embeddedStyle.text), formTargets },
    ...{ embedding: { origins: allowed_origins }, script: HEIGHT_SCRIPT },
  };
}

interface PageState {
  answers?: Answers;
  details?: readonly ErrorDetail[];
  notice?: string;
}

/** Renders the form. `place` says where it is sent to. */
function renderForm(view: FormPageView, place: Place, { answers = {}, details = [], notice }: PageState = {}): Markup {
  const words = translationsFor(view.language);
  const ids = new Map([["consent", "consent"], ...view.questions.map(({ name }, index) => [name, `q${index + 1}`] as const)]);
  const errors = details.map(({ field, message }) => ({ field: ids.get(field) ?? "", message }));
  const others = errors.filter(({ field }) => field === "");
  const message = notice ?? (details.length > 0 ? words.check : undefined);
  // A page in a frame cannot lead the page around it elsewhere, but its form can.
  const target = place === "frame" && view.redirect_url !== null ? html` target="_top"` : undefined;
  return html`${view.introduction === null ? undefined : html`<p class="text" dir="auto">${view.introduction}</p>`}
${message && html`<p class="told" role="alert">${message}</p>`}
${others.map((other) => html`<p class="error">${other.message}</p>`)}
<form method="post" action="${formPath(view.key, place)}"${target}>
<input type="hidden" name="token" value="${view.token}">
${renderVisit(answers)}
${view.questions.map((question) =>
  renderQuestion({ question, id: ids.get(question.name) ?? "", answer: answers[question.name], errors, words }),
)}
${view.honeypot === null ? undefined : html`<div class="apart" aria-hidden="true"><label for="trap">${words.leave_empty}</label><input id="trap" name="${view.honeypot}" type="text" tabindex="-1" autocomplete="off"></div>`}
${
  view.consent &&
  renderTick({
    ...{ id: "consent", name: "consent", label: view.consent.text, hint: null, isRequired: view.consent.is_required },
    ...{ isTicked: answers.consent !== undefined, errors },
  })
}
<div class="buttons"><button>${view.submit_label ?? words.send}</button></div>
</form>`;
}

/** What the address of the page said about the visitor. */
const renderVisit = (answers: Answers): Markup[] =>
  ["t", "page_url", ...utmNames].flatMap((name) =>
    typeof answers[name] === "string" ? [html`<input type="hidden" name="${name}" value="${answers[name]}">`] : [],
  );

function renderReceipt(view: FormPageView, place: Place, isConsentGiven: boolean): RawResponse {
  if (view.redirect_url !== null) return new RawResponse("text/html; charset=utf-8", "", { location: view.redirect_url }, 303);
  return renderPage(translationsFor(view.language).sent, renderThanks(view, isConsentGiven), 200, buildOptions(view, place));
}

function renderThanks({ language, thank_you_text, confirms_by_mail }: FormPageView, isConsentGiven: boolean): Markup {
  const words = translationsFor(language);
  const isConfirmed = isConsentGiven && confirms_by_mail;
  return html`<p class="text" role="status" dir="auto">${thank_you_text ?? words.sent_text}</p>
${isConfirmed ? html`<p>${words.confirm_text}</p>` : undefined}`;
}

export async function show(visit: Parameters<typeof FormPage.open>[0], place: Place): Promise<RawResponse> {
  const view = await FormPage.open(visit);
  return renderPage(view.title, renderForm(view, place, { answers: visit }), 200, buildOptions(view, place));
}

export async function submit(input: Parameters<typeof FormPage.send>[0], place: Place): Promise<RawResponse> {
  const sent = await FormPage.send(input);
  const { view } = sent;
  if (sent.outcome === "received") return renderReceipt(view, place, sent.isConsentGiven);
  const words = translationsFor(view.language);
  const { translate } = await loadErrorLanguage(view.language);
  const state =
    sent.outcome !== "invalid"
      ? { answers: input, notice: words[sent.outcome] }
      : { answers: input, details: sent.details.map((detail) => ({ ...detail, message: translateProblem(detail) })) };
  function translateProblem({ field, message }: ErrorDetail): string {
    return field === "consent" ? words.consent_needed : translate(message);
  }
  const status = httpStatusByCode.VALIDATION_ERROR;
  return renderPage(view.title, renderForm(view, place, state), status, buildOptions(view, place));
}

/** What a browser sees that sent a form from a page of the tenant: the thank-you page, or the page to which the form redirects. */
export const showReceipt = async (input: Readonly<Record<string, unknown>>): Promise<RawResponse> =>
  renderReceipt(await FormPage.showReceipt({ key: String(input.key) }), "page", input.consent !== undefined);

/** Leads a browser that opens the address of the API to the page. */
export const leadToPage = async ({ key }: Readonly<Record<string, unknown>>): Promise<RawResponse> =>
  new RawResponse("text/html; charset=utf-8", "", { location: formPath(encodeURIComponent(String(key))) }, 303);

/** The page of a form that is being edited, and its thank-you page, as whole documents. */
export async function preview(input: Parameters<typeof FormPage.preview>[0]): Promise<{ html: string; thank_you_html: string }> {
  const view = await FormPage.preview(input);
  const { language } = view;
  const page = renderPage(view.title, renderForm(view, "page"), 200, { language, style });
  const thanks = renderPage(translationsFor(language).sent, renderThanks(view, false), 200, { language, style });
  return { html: String(page.body), thank_you_html: String(thanks.body) };
}
