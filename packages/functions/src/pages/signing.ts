import { speechOf } from "@crm/core/document/speech.ts";
import { usePorts, useRequest, useSettings } from "@crm/core/kernel/context.ts";
import { type Detail, statusOf } from "@crm/core/kernel/error.ts";
import { dayIn } from "@crm/core/kernel/zone.ts";
import { drawingBox, strokesIn } from "@crm/core/signature/drawing.rules.ts";
import { type Done, type Look, SigningPage } from "@crm/core/signature/page.ts";
import { codeTo } from "@crm/core/signature/session.rules.ts";
import { filled } from "@crm/core/signature/words.ts";
import { keptAnswer } from "../http/file.ts";
import { Raw } from "../http/operation.ts";
import { drawingScript } from "./drawing-script.ts";
import { area, box, pageOf } from "./layout.ts";
import { html, Markup } from "./markup.ts";

/**
 * Where links of mails to those who sign lead. Opening it does nothing, and the link alone signs nothing: a code goes to the mailbox of whoever
 * signs, and the browser in which it is entered holds a cookie of this page from then on.
 */

const style = new Markup(`
main { max-width: 40rem; }
.paper { padding: 1rem; background: light-dark(#fff, #1b1f24); border: 1px solid light-dark(#d1d5db, #374151); border-radius: 0.375rem; }
.paper p { margin: 0.25rem 0; }
.notice { padding: 0.75rem 1rem; border: 2px solid var(--do); border-radius: 0.375rem; font-weight: 600; }
.terms { margin: 1.5rem 0; }
.terms h2 { margin-top: 0; }
details { margin: 1.5rem 0; border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.75rem 1rem; }
summary { font-weight: 600; cursor: pointer; }
form + form { margin-top: 0.75rem; }
#pad { display: block; width: 100%; aspect-ratio: 3; margin: 0.5rem 0; touch-action: none; cursor: crosshair; color: inherit; background: light-dark(#fff, #1b1f24); border: 1px solid var(--line); border-radius: 0.375rem; }
.label { margin: 0; font-weight: 600; }
input[name="code"] { max-width: 12rem; letter-spacing: 0.2em; font-variant-numeric: tabular-nums; }
`);

/** What was typed into a form that is shown again, and what is wrong with it. */
interface Typed {
  name?: string;
  drawing?: string;
  reason?: string;
  errors?: readonly Detail[];
}

interface Shown extends Typed {
  title?: string;
  notice?: string | undefined;
  status?: number;
  /** What the browser is to hold from now on; empty: nothing any more. */
  cookie?: string;
}

function shown(look: Look, { title, notice, status = 200, cookie, ...typed }: Shown = {}): Raw {
  const { request, words, organisation: from, signer, step } = look;
  const usual = filled(words.title, { title: request.name });
  const body = html`${title === undefined ? undefined : html`<p>${usual}</p>`}
${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
${isOver(step) ? undefined : html`<p>${filled(words.asked, { from, name: signer.name, email: signer.email })} ${until(look)}</p>`}
${standingOf(look)}
${paper(look)}
${isOver(step) || step === "waiting" ? undefined : disclosed(look)}
${formsOf(look, typed)}`;
  const script = step === "signing" ? drawingScript : undefined;
  const page = pageOf(title ?? usual, body, status, { language: look.language, style, script });
  if (cookie === undefined) return page;
  return new Raw(page.contentType, page.body, { ...page.headers, "set-cookie": cookieOf(look.token, cookie) }, page.status);
}

const isOver = (step: Look["step"]): boolean => step === "signed" || step === "ended";

const day = (look: Look, instant: string): string => speechOf(look.language).day(dayIn(useSettings().timezone, instant));

const until = (look: Look): string => `${filled(look.words.until, { day: day(look, look.request.expires_at) })}.`;

/** What has become of it, where there is nothing to do any more, or nothing yet. */
function standingOf(look: Look): Markup | undefined {
  const { step, request, signer, words, organisation: from } = look;
  const said = (text: string, instant: string | null): Markup =>
    html`<p class="notice">${filled(text, { from, name: signer.signed_name ?? signer.name, day: day(look, instant ?? request.updated_at) })}</p>`;
  if (step === "waiting") return html`<p class="notice">${words.not_turn}</p>`;
  if (step === "signed") {
    const more = request.status === "completed" ? words.completed : isEnded(request.status) ? undefined : words.others;
    return html`${said(words.signed, signer.signed_at)}
${more === undefined ? endOf(look, said) : html`<p>${more}</p>`}`;
  }
  return step === "ended" ? endOf(look, said) : undefined;
}

const isEnded = (status: string): boolean => status === "declined" || status === "voided" || status === "expired";

function endOf({ request, words }: Look, said: (text: string, instant: string | null) => Markup): Markup {
  const { status, ended_at } = request;
  if (status === "declined" || status === "voided" || status === "expired") return said(words[status], ended_at);
  return said(status === "completed" ? words.completed : words.failed, ended_at);
}

const paper = ({ token, request, words, language }: Look): Markup => html`<div class="paper">
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

const disclosed = ({ words, disclosure }: Look): Markup => html`<section class="terms">
<h2>${words.disclosure_title}</h2>
<p>${disclosure}</p>
</section>`;

function formsOf(look: Look, typed: Typed): Markup | undefined {
  if (look.step === "signing")
    return html`${signature(look, typed)}
${refusal(look, typed)}`;
  if (look.step === "entering")
    return html`${entering(look, typed)}
${sending(look, look.words.another_code)}`;
  return look.step === "code" ? sending(look, look.words.send_code, true) : undefined;
}

const sending = ({ token }: Look, label: string, isFirst = false): Markup => html`<form method="post" action="/s/${token}">
<div class="buttons"><button name="act" value="code"${isFirst ? undefined : html` class="other"`}>${label}</button></div>
</form>`;

const entering = (
  { token, words, signer }: Look,
  { errors = [] }: Typed,
): Markup => html`<form method="post" action="/s/${token}">
${box({ name: "code", label: signer.code_by === "sms" ? words.code_sms : words.code, type: "text", autocomplete: "one-time-code", errors })}
<div class="buttons"><button name="act" value="enter">${words.go_on}</button></div>
</form>`;

function signature({ token, words, request, consent: agreed }: Look, { name = "", drawing = "", errors = [] }: Typed): Markup {
  const consent = errors.find(({ field }) => field === "consent");
  return html`<h2>${words.signature}</h2>
<form method="post" action="/s/${token}">
<input type="hidden" name="document_hash" value="${request.document_hash}">
${box({ name: "name", label: words.full_name, type: "text", autocomplete: "name", value: name, errors })}
${pad(words, drawing, errors)}
${consent && html`<p class="error" id="consent-error">${consent.message}</p>`}
<label class="choice"><input type="checkbox" name="consent" value="yes" required${consent && html` aria-invalid="true" aria-describedby="consent-error"`}> ${agreed}</label>
<div class="buttons"><button name="act" value="sign">${words.sign}</button></div>
</form>`;
}

/** There only where the script runs that draws in it; the name alone is a signature too. */
function pad(words: Look["words"], drawing: string, errors: readonly Detail[]): Markup {
  const wrong = errors.find(({ field }) => field === "drawing");
  return html`${wrong && html`<p class="error">${wrong.message}</p>`}
<input type="hidden" id="drawing" name="drawing" value="${drawing}">
<div class="field" id="draw" hidden>
<p class="label" id="draw-label">${words.draw}</p>
<p class="hint" id="draw-hint">${words.draw_hint}</p>
<canvas id="pad" width="${2 * drawingBox.width}" height="${2 * drawingBox.height}" role="img" aria-labelledby="draw-label" aria-describedby="draw-hint"></canvas>
<div class="buttons"><button type="button" class="other" id="draw-clear">${words.draw_clear}</button></div>
</div>`;
}

const refusal = ({ token, words }: Look, { reason = "", errors = [] }: Typed): Markup =>
  html`<details${errors.some(({ field }) => field === "reason") ? html` open` : undefined}>
<summary>${words.decline}</summary>
<form method="post" action="/s/${token}">
${area({ name: "reason", label: words.reason, value: reason, isRequired: true, errors })}
<div class="buttons"><button name="act" value="decline" class="other">${words.decline}</button></div>
</form>
</details>`;

const COOKIE = "signing";

/** Of this page alone; no other site sends it along, and no script reads it. */
function cookieOf(token: string, value: string): string {
  const lasts = value === "" ? "; Max-Age=0" : "";
  const secure = usePorts().origin.startsWith("https:") ? "; Secure" : "";
  return `${COOKIE}=${value}; Path=/s/${token}; HttpOnly; SameSite=Strict${secure}${lasts}`;
}

/** What this browser holds. */
const held = (): string =>
  (useRequest().cookies ?? "")
    .split(";")
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1)
    .slice(0, 100) ?? "";

export const show = async (token: string): Promise<Raw> => shown(await SigningPage.look({ token, session: held() }));

export const document = async (token: string): Promise<Raw> => keptAnswer(await SigningPage.document({ token }));

export const certificate = async (token: string): Promise<Raw> => keptAnswer(await SigningPage.certificate({ token }));

/** What a form of the page sends. */
export interface Sent {
  token: string;
  act: "code" | "enter" | "sign" | "decline";
  code: string;
  name: string;
  drawing: string;
  consent: string;
  document_hash: string;
  reason: string;
}

export async function act(sent: Sent): Promise<Raw> {
  const asked = { token: sent.token, session: held() };
  if (sent.act === "code") return told(await SigningPage.code(asked));
  if (sent.act === "enter") return told(await SigningPage.enter({ ...asked, code: sent.code.slice(0, 20) }));
  return sent.act === "decline" ? decline(sent, asked) : sign(sent, asked);
}

type Asked = Parameters<typeof SigningPage.look>[0];

async function sign({ name, drawing, consent, document_hash }: Sent, asked: Asked): Promise<Raw> {
  const look = await SigningPage.look(asked);
  const missing = consent === "yes" ? [] : [{ field: "consent", message: look.words.consent_required }];
  const isDrawn = drawing === "" || typeof strokesIn(drawing) !== "string";
  const unread = isDrawn ? [] : [{ field: "drawing", message: look.words.drawing_wrong }];
  const errors = [...wrongWith(look, "name", name, NAME), ...unread, ...missing];
  const typed = { name, drawing: isDrawn ? drawing : "" };
  if (errors.length > 0 && look.step === "signing") return refused(look, { ...typed, errors });
  const shown = { name: name.trim().slice(0, NAME) || "-", document_hash: document_hash.slice(0, 64) };
  return told(await SigningPage.sign({ ...asked, ...shown, drawing: typed.drawing }), typed);
}

async function decline({ reason }: Sent, asked: Asked): Promise<Raw> {
  const look = await SigningPage.look(asked);
  const errors = wrongWith(look, "reason", reason, TEXT);
  if (errors.length > 0 && look.step === "signing") return refused(look, { reason, errors });
  return told(await SigningPage.decline({ ...asked, reason: reason.trim().slice(0, TEXT) || "-" }));
}

const [NAME, TEXT] = [100, 2000];

function wrongWith({ words }: Look, field: string, value: string, most: number): Detail[] {
  if (value.trim() === "") return [{ field, message: words.required }];
  return value.length > most ? [{ field, message: filled(words.too_long, { most: String(most) }) }] : [];
}

const refused = (look: Look, typed: Typed): Raw => shown(look, { ...typed, status: statusOf.VALIDATION_ERROR });

/** What the form has done, or why it has done nothing. */
function told({ outcome, look, left = 0, session }: Done, typed: Typed = {}): Raw {
  const { words, organisation: from, signer } = look;
  const conflict = { ...typed, status: statusOf.CONFLICT };
  switch (outcome) {
    case "code_sent":
      return shown(look, { notice: filled(words.code_sent, { to: codeTo(signer) }) });
    case "code_many":
      return shown(look, { notice: filled(words.code_many, { from }), status: statusOf.RATE_LIMITED });
    case "code_wrong":
      return refused(look, { errors: [{ field: "code", message: filled(words.code_wrong, { left: String(left) }) }] });
    case "code_over":
      return shown(look, { ...conflict, notice: words.code_over });
    case "entered":
      return shown(look, { cookie: session ?? "" });
    case "signed":
      return shown(look, { title: words.done_signed, cookie: "" });
    case "declined":
      return shown(look, { title: words.done_declined, cookie: "" });
    case "repeated":
      return shown(look, { notice: words.repeated });
    case "session_over":
      return shown(look, { ...conflict, notice: words.session_over });
    case "impossible":
      return shown(look, { ...conflict, notice: filled(words.impossible, { from }) });
    default:
      return shown(look, conflict);
  }
}
