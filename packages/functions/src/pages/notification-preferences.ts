import { httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { Unsubscribe } from "@crm/core/platform/notification/unsubscribe.ts";
import type { RawResponse } from "../http/operation.ts";
import { readPageLocale } from "./i18n.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/**
 * The page on which users choose which notifications come by mail. Each such mail links to it, and a mail program can end them
 * with one click (RFC 8058).
 */
export const show = (token: string): Promise<RawResponse> =>
  withValidLink(async () => {
    const { types } = await Unsubscribe.get({ token });
    const { language, words } = readPageLocale();
    const labelType = await loadTypeLabels();
    const boxes = Object.entries(types).map(
      ([name, { email }]) =>
        html`<label class="choice"><input type="checkbox" name="mail" value="${name}"${email ? html` checked` : undefined}> ${labelType(name)}</label>
`,
    );
    return renderPage(
      words.notifications_title,
      html`<p>${words.notifications_text}</p>
<form method="post">
<fieldset>
<legend>${words.notifications_choice}</legend>
${boxes}</fieldset>
<div class="buttons">
<button name="choice" value="these">${words.notifications_save}</button>
<button name="choice" value="none" class="other">${words.notifications_none}</button>
</div>
</form>`,
      200,
      { language },
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
    const { language, words } = readPageLocale();
    const labelType = await loadTypeLabels();
    const items = Object.entries(types).flatMap(([name, { email }]) => (email ? [html`<li>${labelType(name)}</li>`] : []));
    return renderPage(
      words.notifications_saved,
      html`${items.length === 0 ? html`<p>${words.notifications_none_done}</p>` : html`<p>${words.notifications_list}</p><ul>${items}</ul>`}
<p>${words.notifications_note}</p>`,
      200,
      { language },
    );
  });

/** Returns a function that names a type in the language of the page: “Lead assigned” for `lead_assigned`. */
async function loadTypeLabels(): Promise<(type: string) => string> {
  const { language } = readPageLocale();
  const translate =
    language === "en" ? (label: string) => label : await (await import("../derive/schema-language.ts")).loadTranslator(language);
  return (type) => translate(`${type[0]?.toUpperCase()}${type.slice(1).replaceAll("_", " ")}`);
}

async function withValidLink(work: () => Promise<RawResponse>): Promise<RawResponse> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") || !error.details.some(({ field }) => field === "token")) throw error;
    const { language, words } = readPageLocale();
    const body = html`<p>${words.notifications_expired}</p>`;
    return renderPage(words.expired_title, body, httpStatusByCode.VALIDATION_ERROR, { language });
  }
}
