import { randomUUID } from "node:crypto";
import type { RequestForm } from "@crm/core/agreements/share-link/offerable.ts";
import { type AnswerResult, OfferPage, type PageView } from "@crm/core/agreements/share-link/page.ts";
import { ViewTracking } from "@crm/core/agreements/share-link/view-tracking.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type ErrorDetail, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { matchLanguage } from "@crm/core/kernel/language.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { formatZone } from "@crm/core/kernel/zone-name.ts";
import type { Block } from "@crm/core/lib/pdf/document.ts";
import { createLocaleFormat } from "@crm/core/lib/pdf/locale-format.ts";
import { storedFileResponse } from "../http/file-response.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderDocument } from "./business-document.ts";
import { renderInput, renderPage, renderSelect, renderTextArea } from "./layout.ts";
import { liveTotalScript } from "./live-total-script.ts";
import { html, type Markup } from "./markup.ts";
import { style } from "./share-link-style.ts";
import { trackingPixel } from "./tracking-pixel.ts";

/** The pages behind links in mails to customers: an offer, and the forms that answer it. Opening a page answers nothing. */

/** The input of a form that is shown again, and its errors. */
interface FormState {
  name?: string;
  reason?: string;
  question?: string;
  request?: RequestInput;
  errors?: readonly ErrorDetail[];
}

/** What the customer entered in the form of a request. */
interface RequestInput {
  type: string;
  reason: string;
  details: string;
  quantities: ReadonlyMap<string, string>;
}

interface PageState extends FormState {
  title?: string;
  notice?: string | undefined;
  status?: number;
  /** A user of the tenant looks at it: the view does not count as one of the customer. */
  isPreview?: boolean;
}

function presentPage(look: PageView, { title, notice, status = 200, isPreview = false, ...typed }: PageState = {}): RawResponse {
  const { document, viewMark, token, state, fileLanguage = document.language } = look;
  const { at: viewTime, mark } = viewMark;
  const body = html`${title === undefined ? undefined : html`<p>${document.title}</p>`}
${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
${renderState(look)}
${state === "open" && look.signingUrl !== undefined ? renderSigningNotice(look) : undefined}
${state === "open" ? renderActionLinks(look) : undefined}
${state === "shown" ? renderSummary(look) : undefined}
<div data-live="document">${renderDocument(document)}</div>
<p><a href="/q/${token}/pdf" hreflang="${fileLanguage}" type="application/pdf">${document.title} (${describeFile(look)})</a></p>
${isPreview ? undefined : html`<img class="seen" src="/q/${token}/seen.gif?at=${viewTime}&amp;mark=${mark}" alt="" width="1" height="1">`}
${state === "open" ? renderForms(look, typed) : undefined}
${look.requestForm ? renderRequestForm(look, look.requestForm, typed) : undefined}`;
  const isLive = state === "open" && look.signingUrl === undefined && look.options.length > 0;
  return renderPage(title ?? document.title, body, status, {
    ...{ language: document.language, style, hasPictures: true, connects: isLive },
    script: isLive ? liveTotalScript : undefined,
  });
}

/** Renders the last day for an answer, or what has become of the offer. */
function renderState({ state, day, words, document, organisation, timezone }: PageView): Markup | undefined {
  if (state === "shown") return undefined;
  const values = {
    day: createLocaleFormat(document.language).day(day),
    from: organisation,
    zone: formatZone(timezone, document.language, Clock.ms()),
  };
  if (state === "open") return html`<p>${fillPlaceholders(words.until, values)} · ${fillPlaceholders(words.zone, values)}</p>`;
  return html`<p class="notice">${fillPlaceholders(words[state], values)}</p>`;
}

/**
 * In a long document the forms are far below, so it begins with links to them. A browser opens the `details` of a box that a link
 * targets.
 */
const renderActionLinks = ({
  document,
  words,
  ...look
}: PageView): Markup => html`<p data-live="head-total">${renderTotal(document)}</p>
<nav>${look.signingUrl === undefined ? html`<a class="button" href="#answer">${words.accept}</a>` : undefined}<a class="button other" href="#reason">${words.reject}</a><a class="button other" href="#question">${words.ask}</a></nav>`;

/** Renders what the customer needs first, above a document that is only read: what is to be paid, and the file. */
const renderSummary = ({ summary, words, token, document }: PageView): Markup => html`${
  summary &&
  html`<p class="notice">${summary.label}${summary.value === undefined ? undefined : html`: <strong><bdi>${summary.value}</bdi></strong>`}${summary.note === undefined ? undefined : html`<small>${summary.note}</small>`}</p>`
}
<nav><a class="button other" href="/q/${token}/pdf" type="application/pdf">${words.download}</a>${document.blocks.flatMap(renderAnchorLink)}</nav>`;

const renderAnchorLink = (block: Block): Markup[] =>
  block.kind === "heading" && block.anchor !== undefined
    ? [html`<a class="button other" href="#${block.anchor}">${block.text}</a>`]
    : [];

/** A file that was stored in another language than that of the page says which: `PDF, English`. */
const describeFile = ({ document, fileLanguage = document.language }: PageView): string =>
  matchLanguage(fileLanguage) === matchLanguage(document.language)
    ? "PDF"
    : `PDF, ${new Intl.DisplayNames(document.language, { type: "language" }).of(fileLanguage) ?? fileLanguage}`;

/** An offer that requires a signature is accepted on the signing page. */
const renderSigningNotice = ({ signingUrl, words, organisation }: PageView): Markup =>
  signingUrl
    ? html`<p class="notice"><a href="${signingUrl}">${words.sign_here}</a></p>`
    : html`<p class="notice">${fillPlaceholders(words.sign_by_mail, { from: organisation })}</p>`;

const renderForms = (look: PageView, typed: FormState): Markup => html`${
  look.signingUrl === undefined
    ? html`<h2 id="answer">${look.words.accept}</h2>
${renderAcceptForm(look, typed)}`
    : undefined
}
${renderRejectForm(look, typed)}
${renderQuestionForm(look, typed)}`;

function renderAcceptForm({ token, words, options, digest, document }: PageView, { name = "", errors = [] }: FormState): Markup {
  const consent = errors.find(({ field }) => field === "consent");
  return html`<form method="post" action="/q/${token}">
<input type="hidden" name="shown" value="${digest}">
${
  options.length === 0
    ? undefined
    : html`<fieldset>
<legend>${words.options}</legend>
${options.map(renderOption)}
<button name="act" value="total" class="other show-total" formnovalidate>${words.show_total}</button>
</fieldset>`
}
<p data-live="total" role="status">${renderTotal(document)}</p>
${renderInput({ name: "name", label: words.your_name, type: "text", autocomplete: "name", value: name, errors })}
${consent && html`<p class="error" id="consent-error">${consent.message}</p>`}
<label class="choice"><input type="checkbox" name="consent" value="yes" required${consent && html` aria-invalid="true" aria-describedby="consent-error"`}> ${words.consent}</label>
<div class="buttons"><button name="act" value="accept">${words.accept}</button></div>
</form>`;
}

const renderOption = ({ ids, label, amount, chosen: isChosen }: PageView["options"][number]): Markup =>
  html`<label class="choice option"><input type="checkbox" name="chosen" value="${ids.join(" ")}"${isChosen ? html` checked` : undefined}> <span>${label}</span> <span class="price">${amount}</span></label>
`;

/** Renders the total, beside the button that accepts it. */
function renderTotal({ blocks }: PageView["document"]): Markup | undefined {
  const last = blocks.flatMap((block) => (block.kind === "totals" ? block.lines : [])).findLast(({ strong }) => strong);
  return last && html`${last.label}: <strong>${last.amount}</strong>`;
}

const renderRejectForm = (
  { token, words }: PageView,
  { reason = "", errors = [] }: FormState,
): Markup => html`<details${renderOpenAttribute(errors, "reason")}>
<summary class="button other">${words.reject}</summary>
<form method="post" action="/q/${token}">
${renderTextArea({ name: "reason", label: words.reason, value: reason, isRequired: true, errors })}
<div class="buttons"><button name="act" value="reject" class="other">${words.reject}</button></div>
</form>
</details>`;

const renderQuestionForm = (
  { token, words, request_id }: PageView,
  { name = "", question = "", errors = [] }: FormState,
): Markup =>
  html`<details${renderOpenAttribute(errors, "asker", "question")}>
<summary class="button other">${words.ask}</summary>
<form method="post" action="/q/${token}">
<input type="hidden" name="request_id" value="${request_id}">
${renderInput({ id: "asker", name: "name", label: words.your_name, type: "text", autocomplete: "name", value: name, errors })}
${renderTextArea({ name: "question", label: words.question, value: question, isRequired: true, errors })}
<div class="buttons"><button name="act" value="ask" class="other">${words.send}</button></div>
</form>
</details>`;

/** The boxes of quantities have the ids of their items as their names in errors. */
function renderRequestForm(
  { token, request_id }: PageView,
  { title, items, types, reasons, detailsLabel, requiresDetails, submitLabel }: RequestForm,
  { request, errors = [] }: FormState,
): Markup {
  const boxes = items.map(({ id, label }) => {
    const value = request?.quantities.get(id) ?? "";
    const box = renderInput({
      id,
      name: "quantity",
      label,
      type: "text",
      autocomplete: "off",
      value,
      optional: true,
      saysOptional: true,
      errors,
    });
    return html`<input type="hidden" name="item" value="${id}">
${box}`;
  });
  const [onlyType, ...otherTypes] = types.options;
  const type =
    onlyType && otherTypes.length === 0
      ? html`<input type="hidden" name="type" value="${onlyType.value}">`
      : renderSelect({ name: "type", label: types.label, options: types.options, value: request?.type ?? "", errors });
  return html`<details${request ? html` open` : undefined}>
<summary class="button other">${title}</summary>
<form method="post" action="/q/${token}">
<input type="hidden" name="request_id" value="${request_id}">
${type}
${boxes}
${renderSelect({ name: "reason", label: reasons.label, options: reasons.options, value: request?.reason ?? "", errors })}
${renderTextArea({ name: "details", label: detailsLabel, saysOptional: !requiresDetails, isRequired: requiresDetails, value: request?.details ?? "", errors })}
<div class="buttons"><button name="act" value="request">${submitLabel}</button></div>
</form>
</details>`;
}

const renderOpenAttribute = (errors: readonly ErrorDetail[], ...fields: string[]): Markup | undefined =>
  errors.some(({ field }) => fields.includes(field)) ? html` open` : undefined;

export const show = async ({ token, preview }: { token: string; preview: string }): Promise<RawResponse> =>
  presentPage(await OfferPage.render({ token }), { isPreview: preview !== "" });

export const pdf = async (token: string): Promise<RawResponse> => storedFileResponse(await OfferPage.renderPdf({ token }));

/** Records that a person looks at the page. */
export async function recordView(mark: { token: string; at: string; mark: string }): Promise<RawResponse> {
  await ViewTracking.recordView(mark);
  return trackingPixel();
}

/** The fields that a form of the page sends. */
export interface SubmittedForm {
  token: string;
  act: "accept" | "total" | "reject" | "ask" | "request";
  name: string;
  consent: string;
  chosen: string[];
  shown: string;
  reason: string;
  question: string;
  request_id: string;
  type: string;
  details: string;
  /** The items of a request, and the quantity of each, in the same order. */
  item: string[];
  quantity: string[];
}

export function submit(sent: SubmittedForm): Promise<RawResponse> {
  if (sent.act === "reject") return reject(sent);
  if (sent.act === "request") return request(sent);
  return sent.act === "ask" ? ask(sent) : accept(sent);
}

async function accept({
  token,
  act: action,
  name,
  consent,
  chosen: chosenIds,
  shown: documentDigest,
}: SubmittedForm): Promise<RawResponse> {
  const look = await OfferPage.render({ token, chosen: chosenIds });
  const typed = { name };
  if (action === "total" && look.state === "open") return presentPage(look, typed);
  const missing = consent === "yes" ? [] : [{ field: "consent", message: look.words.consent_required }];
  const errors = [...validateText(look, "name", name, MAX_NAME_LENGTH), ...missing];
  if (errors.length > 0 && look.state === "open") return presentErrors(look, { ...typed, errors });
  return presentOutcome(
    await OfferPage.accept({ token, name: name.trim() || "-", chosen: chosenIds, shown: documentDigest }),
    typed,
  );
}

async function reject({ token, reason }: SubmittedForm): Promise<RawResponse> {
  const look = await OfferPage.render({ token });
  const errors = validateText(look, "reason", reason, MAX_TEXT_LENGTH);
  if (errors.length > 0 && look.state === "open") return presentErrors(look, { reason, errors });
  return presentOutcome(await OfferPage.reject({ token, reason: reason.trim().slice(0, MAX_TEXT_LENGTH) || "-" }));
}

async function ask({ token, name, question, request_id }: SubmittedForm): Promise<RawResponse> {
  const look = await OfferPage.render({ token });
  const errors = [
    ...validateText(look, "asker", name, MAX_NAME_LENGTH),
    ...validateText(look, "question", question, MAX_TEXT_LENGTH),
  ];
  if (errors.length > 0) return presentErrors(look, { name, question, errors });
  return presentOutcome(await OfferPage.ask({ token, name, question, request_id: request_id || look.request_id }), { name });
}

async function request({ token, request_id, type, reason, details, item, quantity }: SubmittedForm): Promise<RawResponse> {
  const quantities = new Map(item.map((id, index) => [id, quantity[index]?.slice(0, MAX_QUANTITY_LENGTH) ?? ""]));
  const input = { type, reason, details: details.slice(0, MAX_TEXT_LENGTH), quantities };
  const { outcome, view } = await OfferPage.request({ token, request_id: request_id || randomUUID(), ...input });
  return "errors" in outcome
    ? presentErrors(view, { request: input, errors: outcome.errors })
    : presentPage(view, { notice: outcome.notice });
}

const MAX_QUANTITY_LENGTH = 40;
const [MAX_NAME_LENGTH, MAX_TEXT_LENGTH] = [100, 2000];

function validateText({ words }: PageView, field: string, value: string, maxLength: number): ErrorDetail[] {
  if (value.trim() === "") return [{ field, message: words.required }];
  return value.length > maxLength ? [{ field, message: fillPlaceholders(words.too_long, { most: String(maxLength) }) }] : [];
}

const presentErrors = (look: PageView, typed: FormState): RawResponse =>
  presentPage(look, { ...typed, status: httpStatusByCode.VALIDATION_ERROR });

/** Shows what the answer did, or why it did nothing. */
function presentOutcome({ outcome, view }: AnswerResult, typed: FormState = {}): RawResponse {
  const { words, organisation } = view;
  const conflict = { ...typed, status: httpStatusByCode.CONFLICT };
  switch (outcome) {
    case "accepted":
      return presentPage(view, { title: words.done_accepted });
    case "rejected":
      return presentPage(view, { title: words.done_rejected });
    case "asked":
      return presentPage(view, {
        title: words.done_asked,
        notice: fillPlaceholders(words.answer_by_mail, { from: organisation }),
      });
    case "repeated":
      return presentPage(view, { notice: words.repeated });
    case "changed":
      return presentPage(view, { ...conflict, notice: words.changed });
    case "impossible":
      return presentPage(view, { ...conflict, notice: fillPlaceholders(words.impossible, { from: organisation }) });
    default:
      return presentPage(view, conflict);
  }
}
