import { type ErrorDetail, httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { sanitizeName } from "@crm/core/kernel/mail-sanitizer.ts";
import { Link, type PasswordPurpose } from "@crm/core/platform/sign-in/mail-link.ts";
import { NewPassword } from "@crm/core/platform/sign-in/new-password.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderInput, renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** The pages behind links for invitations and forgotten passwords. A form acts when it is sent, not when it is opened. */

type PasswordOwner = Awaited<ReturnType<typeof NewPassword.readLinkOwner>>;

interface PurposeOptions {
  choose: (input: { token: string; password: string }) => Promise<unknown>;
  title: string;
  doneTitle: string;
  /** The text for an invalid link. */
  invalidLinkText: string;
}

const purposes: Record<PasswordPurpose, PurposeOptions> = {
  activation: {
    choose: NewPassword.accept,
    title: "Choose your password",
    doneTitle: "Your password has been set",
    invalidLinkText: `An invitation is valid for ${Link.terms.activation.words} and for one password; a newer one replaces it. If you have not chosen a password yet, ask the sender to invite you again. Otherwise sign in, or request a new password here.`,
  },
  password_reset: {
    choose: NewPassword.reset,
    title: "Choose a new password",
    doneTitle: "Your new password has been set",
    invalidLinkText: `A link for a new password is valid for ${Link.terms.password_reset.words} and for one password. Request another one here.`,
  },
};

const PASSWORD_HINT =
  "At least 10 characters, for example a sentence of your own. Do not use your name, your email, the name of your organisation or a common password.";

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
      return formPage(purpose, linkOwner, [{ field: "password_again", message: "Must be the same as above" }]);
    try {
      await purposes[purpose].choose({ token, password });
    } catch (error) {
      if (!isFailure(error, "VALIDATION_ERROR") || isAboutLink(error)) throw error;
      return formPage(purpose, linkOwner, error.details);
    }
    return renderPage(
      purposes[purpose].doneTitle,
      html`<p>Open your application, and sign in as <strong>${linkOwner.email}</strong> with your new password.</p>
${purpose === "password_reset" ? html`<p>All other sessions have been ended.</p>` : undefined}
<p>Your own programs can sign in with <code>POST /api/v1/auth/login</code>; see <a href="/api/v1/docs">the documentation</a>.</p>`,
    );
  });

const isAboutLink = ({ details }: { details: readonly ErrorDetail[] }): boolean => details.some(({ field }) => field === "token");

async function withValidLink(purpose: PasswordPurpose, work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !isAboutLink(error)) throw error;
    const body = html`<p>${purposes[purpose].invalidLinkText}</p>
${renderEmailForm()}`;
    return renderPage("This link is not valid, or no longer valid", body, httpStatusByCode.VALIDATION_ERROR);
  }
}

function formPage(
  purpose: PasswordPurpose,
  { email, organisation }: PasswordOwner,
  errors: readonly ErrorDetail[] = [],
): RawResponse {
  const { title } = purposes[purpose];
  // The name of the tenant is cleaned as it is in mails.
  const where = sanitizeName(organisation) || "your organisation";
  // The hidden box tells password managers the account of the password.
  const body = html`<p>For your work at <strong>${where}</strong>, as <strong>${email}</strong>.</p>
<form method="post">
<input type="email" value="${email}" autocomplete="username" hidden>
${renderInput({ name: "password", label: "Password", type: "password", autocomplete: "new-password", hint: PASSWORD_HINT, errors })}
${renderInput({ name: "password_again", label: "Repeat the password", type: "password", autocomplete: "new-password", errors })}
<button>${title}</button>
</form>`;
  return renderPage(title, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200);
}

const renderEmailForm = (errors: readonly ErrorDetail[] = []): Markup => html`<form method="post" action="/forgot-password">
${renderInput({ name: "email", label: "Your email address", type: "email", autocomplete: "username", errors })}
<button>Send me a link</button>
</form>`;

const FORGOT_TITLE = "Reset your password";

const emailFormPage = (errors: readonly ErrorDetail[] = []): RawResponse =>
  renderPage(
    FORGOT_TITLE,
    html`<p>Enter the email address with which you sign in. You will receive an email with a link.</p>
${renderEmailForm(errors)}`,
    errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200,
  );

export const showEmailForm = async (): Promise<RawResponse> => emailFormPage();

/** Requests a mail with a link. The answer and its duration are the same for every address, known or unknown. */
export async function requestLink(email: string): Promise<RawResponse> {
  try {
    await NewPassword.requestReset({ email });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return emailFormPage(error.details);
  }
  return renderPage(
    FORGOT_TITLE,
    html`<p>If this address belongs to a user, you will receive an email. The link is valid for ${Link.terms.password_reset.words}.</p>
<p>If you receive no email, check your spam folder, or ask an administrator of your organisation whether the address is correct.</p>`,
  );
}
