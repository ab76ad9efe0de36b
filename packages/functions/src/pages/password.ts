import { type Detail, isFailure, statusOf } from "@crm/core/kernel/error.ts";
import { spoken } from "@crm/core/kernel/mail-text.ts";
import { type Choosing, Link } from "@crm/core/sign-in/link.ts";
import { NewPassword } from "@crm/core/sign-in/new-password.ts";
import type { Raw } from "../http/operation.ts";
import { box, pageOf } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** Where links of invitations and of forgotten passwords lead: a form that acts when it is sent, and not when it is looked at. */

type Who = Awaited<ReturnType<typeof NewPassword.offered>>;

interface Words {
  choose: (input: { token: string; password: string }) => Promise<unknown>;
  title: string;
  done: string;
  /** Of a link that is not good. */
  over: string;
}

const words: Record<Choosing, Words> = {
  activation: {
    choose: NewPassword.accept,
    title: "Choose your password",
    done: "Your password is set",
    over: `An invitation is good for ${Link.terms.activation.words} and for one password; a newer one ends it. If you have not chosen a password yet, ask whoever invited you to do so again. If you have, sign in, or ask for a new password here.`,
  },
  password_reset: {
    choose: NewPassword.reset,
    title: "Choose a new password",
    done: "Your new password is set",
    over: `A link for a new password is good for ${Link.terms.password_reset.words} and for one password. Ask for another one here.`,
  },
};

const RULES =
  "At least 10 characters: a sentence of your own is good. Not your name or email, not the name of your organisation, and none that is tried first.";

export const show = (purpose: Choosing, token: string): Promise<Raw> =>
  withGoodLink(purpose, async () => form(purpose, await NewPassword.offered(token, purpose)));

interface Chosen {
  token: string;
  password: string;
  password_again: string;
}

export const choose = (purpose: Choosing, { token, password, password_again }: Chosen): Promise<Raw> =>
  withGoodLink(purpose, async () => {
    const who = await NewPassword.offered(token, purpose);
    if (password !== password_again) return form(purpose, who, [{ field: "password_again", message: "Not the same as above" }]);
    try {
      await words[purpose].choose({ token, password });
    } catch (error) {
      if (!isFailure(error, "VALIDATION_ERROR") || isAboutLink(error)) throw error;
      return form(purpose, who, error.details);
    }
    return pageOf(
      words[purpose].done,
      html`<p>Go on to the program in which you work, and sign in there as <strong>${who.email}</strong> with the password that you have just chosen.</p>
${purpose === "password_reset" ? html`<p>Wherever you were signed in, you no longer are.</p>` : undefined}
<p>Programs of your own sign in by <code>POST /api/v1/auth/login</code>, as <a href="/api/v1/docs">the documentation</a> says.</p>`,
    );
  });

const isAboutLink = ({ details }: { details: readonly Detail[] }): boolean => details.some(({ field }) => field === "token");

async function withGoodLink(purpose: Choosing, work: () => Promise<Raw>): Promise<Raw> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !isAboutLink(error)) throw error;
    const body = html`<p>${words[purpose].over}</p>
${asking()}`;
    return pageOf("This link is not valid, or no longer", body, statusOf.VALIDATION_ERROR);
  }
}

function form(purpose: Choosing, { email, organisation }: Who, errors: readonly Detail[] = []): Raw {
  const { title } = words[purpose];
  // What a tenant calls itself is said as mails say it.
  const where = spoken(organisation) || "your organisation";
  // The box that nobody sees tells programs that keep passwords whose it is.
  const body = html`<p>For your work at <strong>${where}</strong>, as <strong>${email}</strong>.</p>
<form method="post">
<input type="email" value="${email}" autocomplete="username" hidden>
${box({ name: "password", label: "Password", type: "password", autocomplete: "new-password", hint: RULES, errors })}
${box({ name: "password_again", label: "Password once more", type: "password", autocomplete: "new-password", errors })}
<button>${title}</button>
</form>`;
  return pageOf(title, body, errors.length > 0 ? statusOf.VALIDATION_ERROR : 200);
}

const asking = (errors: readonly Detail[] = []): Markup => html`<form method="post" action="/forgot-password">
${box({ name: "email", label: "Your email address", type: "email", autocomplete: "username", errors })}
<button>Send me a link</button>
</form>`;

const FORGOTTEN = "A new password";

const askingPage = (errors: readonly Detail[] = []): Raw =>
  pageOf(
    FORGOTTEN,
    html`<p>Say the email address with which you sign in, and a mail with a link comes to it.</p>
${asking(errors)}`,
    errors.length > 0 ? statusOf.VALIDATION_ERROR : 200,
  );

export const forgot = async (): Promise<Raw> => askingPage();

/** Says the same, and takes as long, whoever the address is of. */
export async function ask(email: string): Promise<Raw> {
  try {
    await NewPassword.request({ email });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return askingPage(error.details);
  }
  return pageOf(
    FORGOTTEN,
    html`<p>If somebody signs in with this address, a mail is on its way to it. Its link is good for ${Link.terms.password_reset.words}.</p>
<p>If none comes, look where unwanted mails go, or ask an administrator of your organisation whether the address is right.</p>`,
  );
}
