import { drawingBox, parseStrokes } from "@crm/core/agreements/signature/drawing.rules.ts";
import { type ActionResult, type PageView, SigningPage } from "@crm/core/agreements/signature/page.ts";
import { formatCodeDestination } from "@crm/core/agreements/signature/session.rules.ts";
import { usePorts, useRequest } from "@crm/core/kernel/context.ts";
import { findCookie, formatCookie } from "@crm/core/kernel/cookie.ts";
import { type ErrorDetail, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { createLocaleFormat } from "@crm/core/lib/pdf/locale-format.ts";
import { storedFileResponse } from "../http/file-response.ts";
import { RawResponse } from "../http/operation.ts";
import { drawingScript } from "./drawing-script.ts";
import { renderInput, renderPage, renderTextArea } from "./layout.ts";
import { html, Markup } from "./markup.ts";

/**
 * The pages behind links in mails to signers. Opening a page does nothing, and the link alone signs nothing: a code goes to the
 * signer by mail or SMS, and the browser in which the signer enters it holds a cookie of this page from then on.
 */

const style = new Markup(`
:root { --width: 40rem; }
.paper { padding: 1rem; background: var(--surface); border: 1px solid var(--border); border-radius: 0.5rem; }
.paper p { margin: 0.25rem 0; }
.notice { padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; font-weight: 500; }
.terms { margin: 1.5rem 0; }
.terms h2 { margin-top: 0; }
details { margin: 1.5rem 0; background: var(--surface); border: 1px solid var(--border); border-radius: 0.5rem; padding: 0.75rem 1rem; }
summary { font-weight: 500; cursor: pointer; }
form + form { margin-top: 0.75rem; }
#pad { display: block; width: 100%; aspect-ratio: 3; margin: 0.5rem 0; touch-action: none; cursor: crosshair; color: inherit; background: var(--surface); border: 1px solid var(--border-strong); border-radius: 0.375rem; }
.label { margin: 0; font-weight: 500; }
input[name="code"] { max-width: 12rem; letter-spacing: 0.2em; font-variant-numeric: tabular-nums; }
`);

/** The input of a form that is shown again, and its errors. */
interface FormState {
  name?: string;
  drawing?: string;
  reason?: string;
  errors?: readonly ErrorDetail[];
}

interface PageState extends FormState {
  title?: string;
  notice?: string | undefined;
  status?: number;
  /** The new value of the browser's cookie; an empty string deletes it. */
  cookie?: string;
}

function presentPage(look: PageView, { title, notice, status = 200, cookie, ...typed }: PageState = {}): RawResponse {
  const { request, words, organisation, signer, step } = look;
  const usual = fillPlaceholders(words.title, { title: request.name });
  const body = html`${title === undefined ? undefined : html`<p>${usual}</p>`}
${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
${isOver(step) ? undefined : html`<p>${fillPlaceholders(words.asked, { from: organisation, name: signer.name, email: signer.email })} ${formatDeadline(look)}</p>`}
${renderState(look)}
${renderDocumentBox(look)}
${isOver(step) || step === "waiting" ? undefined : renderDisclosure(look)}
${renderForms(look, typed)}`;
  const script = step === "signing" ? drawingScript : undefined;
  const page = renderPage(title ?? usual, body, status, { language: look.language, style, script });
  if (cookie === undefined) return page;
  return new RawResponse(
    page.contentType,
    page.body,
    { ...page.headers, "set-cookie": buildCookie(look.token, cookie) },
    page.status,
  );
}

const isOver = (step: PageView["step"]): boolean => step === "signed" || step === "ended";

const formatDay = (look: PageView, instant: string): string =>
  createLocaleFormat(look.language).day(instantToDay(look.timezone, instant));

const formatDeadline = (look: PageView): string =>
  `${fillPlaceholders(look.words.until, { day: formatDay(look, look.request.expires_at) })}.`;

/** Renders the state of the request if nothing is left to do, or nothing can be done yet. */
function renderState(look: PageView): Markup | undefined {
  const { step, request, signer, words, organisation } = look;
  const renderNotice = (text: string, instant: string | null): Markup =>
    html`<p class="notice">${fillPlaceholders(text, { from: organisation, name: signer.signed_name ?? signer.name, day: formatDay(look, instant ?? request.updated_at) })}</p>`;
  if (step === "waiting") return html`<p class="notice">${words.not_turn}</p>`;
  if (step === "signed") {
    const more = request.status === "completed" ? words.completed : isEnded(request.status) ? undefined : words.others;
    return html`${renderNotice(words.signed, signer.signed_at)}
${more === undefined ? renderEnd(look, renderNotice) : html`<p>${more}</p>`}`;
  }
  return step === "ended" ? renderEnd(look, renderNotice) : undefined;
}

const isEnded = (status: string): boolean => status === "declined" || status === "voided" || status === "expired";

function renderEnd({ request, words }: PageView, renderNotice: (text: string, instant: string | null) => Markup): Markup {
  const { status, ended_at } = request;
  if (status === "declined" || status === "voided" || status === "expired") return renderNotice(words[status], ended_at);
  return renderNotice(status === "completed" ? words.completed : words.failed, ended_at);
}

const renderDocumentBox = ({ token, request, words, language }: PageView): Markup => html`<div class="paper">
<p><a href="/s/${token}/document" hreflang="${language}" type="application/pdf">${words.document}</a></p>
<p>${request.document_name}</p>
<p class="hint">${words.fingerprint}: <code>${request.document_hash}</code></p>
${
  request.certificate_hash === null
    ? undefined
    : html`<p><a href="/s/${token}/certificate" type="application/pdf">${words.certificate}</a></p>
<p class="hint">${words.fingerprint}: <code>${request.certificate_hash}</code></p>`
}
</div>`;

const renderDisclosure = ({ words, disclosure }: PageView): Markup => html`<section class="terms">
<h2>${words.disclosure_title}</h2>
<p>${disclosure}</p>
</section>`;

function renderForms(look: PageView, typed: FormState): Markup | undefined {
  if (look.step === "signing")
    return html`${renderSignatureForm(look, typed)}
${renderDeclineForm(look, typed)}`;
  if (look.step === "entering")
    return html`${renderCodeForm(look, typed)}
${renderSendCodeForm(look, look.words.another_code)}`;
  return look.step === "code" ? renderSendCodeForm(look, look.words.send_code, true) : undefined;
}

const renderSendCodeForm = (
  { token }: PageView,
  label: string,
  isFirst = false,
): Markup => html`<form method="post" action="/s/${token}">
<div class="buttons"><button name="act" value="code"${isFirst ? undefined : html` class="other"`}>${label}</button></div>
</form>`;

const renderCodeForm = (
  { token, words, signer }: PageView,
  { errors = [] }: FormState,
): Markup => html`<form method="post" action="/s/${token}">
${renderInput({ name: "code", label: signer.code_by === "sms" ? words.code_sms : words.code, type: "text", autocomplete: "one-time-code", errors })}
<div class="buttons"><button name="act" value="enter">${words.go_on}</button></div>
</form>`;

function renderSignatureForm(
  { token, words, request, consent: agreed }: PageView,
  { name = "", drawing = "", errors = [] }: FormState,
): Markup {
  const consent = errors.find(({ field }) => field === "consent");
  return html`<h2>${words.signature}</h2>
<form method="post" action="/s/${token}">
<input type="hidden" name="document_hash" value="${request.document_hash}">
${renderInput({ name: "name", label: words.full_name, type: "text", autocomplete: "name", value: name, errors })}
${renderSignaturePad(words, drawing, errors)}
${consent && html`<p class="error" id="consent-error">${consent.message}</p>`}
<label class="choice"><input type="checkbox" name="consent" value="yes" required${consent && html` aria-invalid="true" aria-describedby="consent-error"`}> ${agreed}</label>
<div class="buttons"><button name="act" value="sign">${words.sign}</button></div>
</form>`;
}

/** Renders the area to draw in, which stays hidden without the script. The name alone is a signature too. */
function renderSignaturePad(words: PageView["words"], drawing: string, errors: readonly ErrorDetail[]): Markup {
  const error = errors.find(({ field }) => field === "drawing");
  return html`${error && html`<p class="error">${error.message}</p>`}
<input type="hidden" id="drawing" name="drawing" value="${drawing}">
<div class="field" id="draw" hidden>
<p class="label" id="draw-label">${words.draw}</p>
<p class="hint" id="draw-hint">${words.draw_hint}</p>
<canvas id="pad" width="${2 * drawingBox.width}" height="${2 * drawingBox.height}" role="img" aria-labelledby="draw-label" aria-describedby="draw-hint"></canvas>
<div class="buttons"><button type="button" class="other" id="draw-clear">${words.draw_clear}</button></div>
</div>`;
}

const renderDeclineForm = ({ token, words }: PageView, { reason = "", errors = [] }: FormState): Markup =>
  html`<details${errors.some(({ field }) => field === "reason") ? html` open` : undefined}>
<summary>${words.decline}</summary>
<form method="post" action="/s/${token}">
${renderTextArea({ name: "reason", label: words.reason, value: reason, isRequired: true, errors })}
<div class="buttons"><button name="act" value="decline" class="other">${words.decline}</button></div>
</form>
</details>`;

const COOKIE_NAME = "signing";

/** Builds a cookie of this page alone. Browsers do not send it with requests of other sites, and scripts cannot read it. */
function buildCookie(token: string, value: string): string {
  return formatCookie(COOKIE_NAME, value, {
    path: `/s/${token}`,
    isSecure: usePorts().origin.startsWith("https:"),
    ...(value === "" ? { maxAge: 0 } : {}),
  });
}

/** Returns the session in this browser's cookie, or an empty string. */
const readSessionCookie = (): string => findCookie(useRequest().cookies, COOKIE_NAME)?.slice(0, 100) ?? "";

export const show = async (token: string): Promise<RawResponse> =>
  presentPage(await SigningPage.render({ token, session: readSessionCookie() }));

export const document = async (token: string): Promise<RawResponse> =>
  storedFileResponse(await SigningPage.downloadDocument({ token }));

export const certificate = async (token: string): Promise<RawResponse> =>
  storedFileResponse(await SigningPage.downloadCertificate({ token }));

/** The fields that a form of the page sends. */
export interface SubmittedForm {
  token: string;
  act: "code" | "enter" | "sign" | "decline";
  code: string;
  name: string;
  drawing: string;
  consent: string;
  document_hash: string;
  reason: string;
}

export async function submit(sent: SubmittedForm): Promise<RawResponse> {
  const credentials = { token: sent.token, session: readSessionCookie() };
  if (sent.act === "code") return presentOutcome(await SigningPage.sendCode(credentials));
  if (sent.act === "enter") return presentOutcome(await SigningPage.enterCode({ ...credentials, code: sent.code.slice(0, 20) }));
  return sent.act === "decline" ? decline(sent, credentials) : sign(sent, credentials);
}

type SessionQuery = Parameters<typeof SigningPage.render>[0];

async function sign({ name, drawing, consent, document_hash }: SubmittedForm, query: SessionQuery): Promise<RawResponse> {
  const look = await SigningPage.render(query);
  const missing = consent === "yes" ? [] : [{ field: "consent", message: look.words.consent_required }];
  const isDrawn = drawing === "" || typeof parseStrokes(drawing) !== "string";
  const unread = isDrawn ? [] : [{ field: "drawing", message: look.words.drawing_wrong }];
  const errors = [...validateText(look, "name", name, MAX_NAME_LENGTH), ...unread, ...missing];
  const typed = { name, drawing: isDrawn ? drawing : "" };
  if (errors.length > 0 && look.step === "signing") return presentErrors(look, { ...typed, errors });
  const signature = { name: name.trim().slice(0, MAX_NAME_LENGTH) || "-", document_hash: document_hash.slice(0, 64) };
  return presentOutcome(await SigningPage.sign({ ...query, ...signature, drawing: typed.drawing }), typed);
}

async function decline({ reason }: SubmittedForm, query: SessionQuery): Promise<RawResponse> {
  const look = await SigningPage.render(query);
  const errors = validateText(look, "reason", reason, MAX_TEXT_LENGTH);
  if (errors.length > 0 && look.step === "signing") return presentErrors(look, { reason, errors });
  return presentOutcome(await SigningPage.decline({ ...query, reason: reason.trim().slice(0, MAX_TEXT_LENGTH) || "-" }));
}

const [MAX_NAME_LENGTH, MAX_TEXT_LENGTH] = [100, 2000];

function validateText({ words }: PageView, field: string, value: string, maxLength: number): ErrorDetail[] {
  if (value.trim() === "") return [{ field, message: words.required }];
  return value.length > maxLength ? [{ field, message: fillPlaceholders(words.too_long, { most: String(maxLength) }) }] : [];
}

const presentErrors = (look: PageView, typed: FormState): RawResponse =>
  presentPage(look, { ...typed, status: httpStatusByCode.VALIDATION_ERROR });

/** Shows what the form did, or why it did nothing. */
function presentOutcome({ outcome, view, triesLeft = 0, session }: ActionResult, typed: FormState = {}): RawResponse {
  const { words, organisation, signer } = view;
  const conflict = { ...typed, status: httpStatusByCode.CONFLICT };
  switch (outcome) {
    case "code_sent":
      return presentPage(view, { notice: fillPlaceholders(words.code_sent, { to: formatCodeDestination(signer) }) });
    case "code_many":
      return presentPage(view, {
        notice: fillPlaceholders(words.code_many, { from: organisation }),
        status: httpStatusByCode.RATE_LIMITED,
      });
    case "code_wrong":
      return presentErrors(view, {
        errors: [{ field: "code", message: fillPlaceholders(words.code_wrong, { left: String(triesLeft) }) }],
      });
    case "code_over":
      return presentPage(view, { ...conflict, notice: words.code_over });
    case "entered":
      return presentPage(view, { cookie: session ?? "" });
    case "signed":
      return presentPage(view, { title: words.done_signed, cookie: "" });
    case "declined":
      return presentPage(view, { title: words.done_declined, cookie: "" });
    case "repeated":
      return presentPage(view, { notice: words.repeated });
    case "session_over":
      return presentPage(view, { ...conflict, notice: words.session_over });
    case "impossible":
      return presentPage(view, { ...conflict, notice: fillPlaceholders(words.impossible, { from: organisation }) });
    default:
      return presentPage(view, conflict);
  }
}
