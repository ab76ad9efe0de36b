import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import { type ErrorDetail, httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { sanitizeName } from "@crm/core/kernel/mail-sanitizer.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { Link, type PasswordPurpose } from "@crm/core/platform/sign-in/mail-link.ts";
import { NewPassword } from "@crm/core/platform/sign-in/new-password.ts";
import { loadErrorLanguage } from "../http/error-language.ts";
import type { RawResponse } from "../http/operation.ts";
import { readPageLocale } from "./i18n.ts";
import { renderInput, renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** The pages behind links for invitations and forgotten passwords. A form acts when it is sent, not when it is opened. */

type PasswordOwner = Awaited<ReturnType<typeof NewPassword.readLinkOwner>>;

const choosePassword: Record<PasswordPurpose, (input: { token: string; password: string }) => Promise<unknown>> = {
  activation: NewPassword.accept,
  password_reset: NewPassword.reset,
};

/** The texts of a purpose, in the language of the browser. */
const readTexts = (purpose: PasswordPurpose) => {
  const { words } = readPageLocale();
  return purpose === "activation"
    ? { title: words.activation_title, done: words.activation_done, expired: words.activation_expired }
    : { title: words.reset_title, done: words.reset_done, expired: words.reset_expired };
};

/** Formats how long a link is valid, in days or hours. */
function formatTerm(purpose: PasswordPurpose): string {
  const hours = Link.terms[purpose].seconds / 3600;
  const [unit, count] = hours < 24 ? ["hour", hours] : ["day", hours / 24];
  return new Intl.NumberFormat(readPageLocale().language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

export const show = (purpose: PasswordPurpose, token: string): Promise<RawResponse> =>
  withValidLink(purpose, async () => formPage(purpose, await NewPassword.readLinkOwner(token, purpose)));

interface PasswordForm {
  token: string;
  password: string;
  password_again: string;
}

export const choose = (purpose: PasswordPurpose, { token, password, password_again }: PasswordForm): Promise<RawResponse> =>
  withValidLink(purpose, async () => {
    const linkOwner = await NewPassword.readLinkOwner(token, purpose);
    if (password !== password_again)
      return formPage(purpose, linkOwner, [{ field: "password_again", message: readPageLocale().words.password_differs }]);
    try {
      await choosePassword[purpose]({ token, password });
    } catch (error) {
      if (!isFailure(error, "VALIDATION_ERROR") || isAboutLink(error)) throw error;
      return formPage(purpose, linkOwner, await translateErrors(error.details));
    }
    const { language, words } = readPageLocale();
    return renderPage(
      readTexts(purpose).done,
      html`<p>${fillPlaceholders(words.sign_in_text, { email: linkOwner.email })}</p>
${purpose === "password_reset" ? html`<p>${words.sessions_ended}</p>` : undefined}
<p><a class="button" href="${CONSOLE_PATH}/">${words.sign_in}</a></p>`,
      200,
      { language },
    );
  });

/** Returns errors of fields in the language of the browser. */
async function translateErrors(errors: readonly ErrorDetail[]): Promise<ErrorDetail[]> {
  const { translate } = await loadErrorLanguage(readPageLocale().language);
  return errors.map((error) => ({ ...error, message: translate(error.message) }));
}

const isAboutLink = ({ details }: { details: readonly ErrorDetail[] }): boolean => details.some(({ field }) => field === "token");

async function withValidLink(purpose: PasswordPurpose, work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !isAboutLink(error)) throw error;
    const { language, words } = readPageLocale();
    const body = html`<p>${fillPlaceholders(readTexts(purpose).expired, { term: formatTerm(purpose) })}</p>
${renderEmailForm()}`;
    return renderPage(words.expired_title, body, httpStatusByCode.VALIDATION_ERROR, { language });
  }
}

function formPage(
  purpose: PasswordPurpose,
  { email, organisation }: PasswordOwner,
  errors: readonly ErrorDetail[] = [],
): RawResponse {
  const { language, words } = readPageLocale();
  const { title } = readTexts(purpose);
  // The name of the tenant is cleaned as it is in mails.
  const account = { organisation: sanitizeName(organisation) || words.organisation, email };
  // The hidden box tells password managers the account of the password.
  const body = html`<p>${fillPlaceholders(words.account, account)}</p>
<form method="post">
<input type="email" value="${email}" autocomplete="username" hidden>
${renderInput({ name: "password", label: words.password_label, type: "password", autocomplete: "new-password", hint: words.password_hint, errors })}
${renderInput({ name: "password_again", label: words.password_repeat, type: "password", autocomplete: "new-password", errors })}
<button>${title}</button>
</form>`;
  return renderPage(title, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200, { language });
}

function renderEmailForm(errors: readonly ErrorDetail[] = []): Markup {
  const { words } = readPageLocale();
  return html`<form method="post" action="/forgot-password">
${renderInput({ name: "email", label: words.email_label, type: "email", autocomplete: "username", errors })}
<button>${words.email_link}</button>
</form>`;
}

function emailFormPage(errors: readonly ErrorDetail[] = []): RawResponse {
  const { language, words } = readPageLocale();
  const body = html`<p>${words.forgot_text}</p>
${renderEmailForm(errors)}`;
  return renderPage(words.forgot_title, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200, { language });
}

export const showEmailForm = async (): Promise<RawResponse> => emailFormPage();

/** Requests a mail with a link. The answer and its duration are the same for every address, known or unknown. */
export async function requestLink(email: string): Promise<RawResponse> {
  try {
    await NewPassword.requestReset({ email });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return emailFormPage(await translateErrors(error.details));
  }
  const { language, words } = readPageLocale();
  const body = html`<p>${fillPlaceholders(words.forgot_done, { term: formatTerm("password_reset") })}</p>
<p>${words.forgot_help}</p>`;
  return renderPage(words.forgot_title, body, 200, { language });
}
