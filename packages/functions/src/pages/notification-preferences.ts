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
const TITLE = "Your mails";

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
      html`<p>Of what happens to your records you can be told by mail. The list in the program is not changed by this.</p>
<form method="post">
<fieldset>
<legend>Mails that you get</legend>
${boxes}</fieldset>
<div class="buttons">
<button name="choice" value="these">Save</button>
<button name="choice" value="none" class="other">No mails at all</button>
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
    const known = Object.keys((await Unsubscribe.get({ token })).types);
    const meant = choice === undefined && type !== undefined && known.includes(type) ? [type] : known;
    const wanted = (name: string): boolean => choice === "these" && mail.includes(name);
    const { types } = await Unsubscribe.set({ token, types: Object.fromEntries(meant.map((name) => [name, wanted(name)])) });
    const left = Object.entries(types).filter(([, { email }]) => email);
    const items = left.map(([name]) => html`<li>${typeLabel(name)}</li>`);
    return renderPage(
      "Your choice is kept",
      html`${left.length === 0 ? html`<p>Notifications no longer come by mail.</p>` : html`<p>By mail come:</p><ul>${items}</ul>`}
<p>Mails that you ask for yourself, such as a link for a new password, are not among them. To choose again, follow the link in any of these mails.</p>`,
    );
  });

/** Returns “Lead assigned” for `lead_assigned`. */
const typeLabel = (type: string): string => `${type[0]?.toUpperCase()}${type.slice(1).replaceAll("_", " ")}`;

async function withValidLink(work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !error.details.some(({ field }) => field === "token")) throw error;
    const body = html`<p>A link of this kind is good ${Link.terms.notifications.words}. A newer mail has a good one; programs choose by <code>PUT /api/v1/notifications/preferences</code>.</p>`;
    return renderPage("This link is not valid, or no longer", body, httpStatusByCode.VALIDATION_ERROR);
  }
}
