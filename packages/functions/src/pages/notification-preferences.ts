import { httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { Unsubscribe } from "@crm/core/platform/notification/unsubscribe.ts";
import { Link } from "@crm/core/platform/sign-in/mail-link.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/**
 * The page on which users choose which notifications come by mail. Each such mail links to it, and a mail program can end them
 * with one click (RFC 8058).
 */
const TITLE = "Your email notifications";

export const show = (token: string): Promise<RawResponse> =>
  withValidLink(async () => {
    const { types } = await Unsubscribe.get({ token });
    const boxes = Object.entries(types).map(
      ([name, { email }]) =>
        html`<label class="choice"><input type="checkbox" name="mail" value="${name}"${email ? html` checked` : undefined}> ${typeLabel(name)}</label>
`,
    );
    return renderPage(
      TITLE,
      html`<p>You can be notified by email about your records. The list of notifications in the application does not change.</p>
<form method="post">
<fieldset>
<legend>Emails that you receive</legend>
${boxes}</fieldset>
<div class="buttons">
<button name="choice" value="these">Save</button>
<button name="choice" value="none" class="other">No emails</button>
</div>
</form>`,
    );
  });

interface PreferencesForm {
  token: string;
  /** The type of the mail that had the link. */
  type?: string | undefined;
  /** The button that was pressed; undefined if a mail program sent the request. */
  choice?: "these" | "none" | undefined;
  mail: readonly string[];
}

export const choose = ({ token, type, choice, mail }: PreferencesForm): Promise<RawResponse> =>
  withValidLink(async () => {
    const typeNames = Object.keys((await Unsubscribe.get({ token })).types);
    const chosenTypes = choice === undefined && type !== undefined && typeNames.includes(type) ? [type] : typeNames;
    const isChosen = (name: string): boolean => choice === "these" && mail.includes(name);
    const { types } = await Unsubscribe.set({
      token,
      types: Object.fromEntries(chosenTypes.map((name) => [name, isChosen(name)])),
    });
    const emailTypes = Object.entries(types).filter(([, { email }]) => email);
    const items = emailTypes.map(([name]) => html`<li>${typeLabel(name)}</li>`);
    return renderPage(
      "Your preferences have been saved",
      html`${emailTypes.length === 0 ? html`<p>You no longer receive notifications by email.</p>` : html`<p>You receive emails about:</p><ul>${items}</ul>`}
<p>Emails that you request, such as a link for a new password, are still sent. To change this, follow the link in any of these emails.</p>`,
    );
  });

/** Returns “Lead assigned” for `lead_assigned`. */
const typeLabel = (type: string): string => `${type[0]?.toUpperCase()}${type.slice(1).replaceAll("_", " ")}`;

async function withValidLink(work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !error.details.some(({ field }) => field === "token")) throw error;
    const body = html`<p>A link of this kind is valid ${Link.terms.notifications.words}. A newer email has a valid one; programs use <code>PUT /api/v1/notifications/preferences</code>.</p>`;
    return renderPage("This link is not valid, or no longer valid", body, httpStatusByCode.VALIDATION_ERROR);
  }
}
