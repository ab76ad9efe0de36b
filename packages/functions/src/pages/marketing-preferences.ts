import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { type Translations, translationsFor } from "@crm/core/people/suppression/i18n.ts";
import { type PageView, PreferencesPage } from "@crm/core/people/suppression/preferences-page.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** The page on which recipients choose what they are sent. Opening it changes nothing. */

export const show = async (token: string): Promise<RawResponse> => presentPage(await PreferencesPage.render({ token }));

/** The fields that a button of the page sends. A mail program that unsubscribes presses no button. */
export interface SubmittedForm {
  token: string;
  channel?: "email" | "sms" | "whatsapp" | undefined;
  act?: "in" | "out" | undefined;
}

export async function submit({ token, channel, act }: SubmittedForm): Promise<RawResponse> {
  const isPressed = channel !== undefined && act !== undefined;
  return presentPage(
    await (isPressed ? PreferencesPage.choose({ token, channel, act }) : PreferencesPage.unsubscribe({ token })),
    true,
  );
}

function presentPage(look: PageView, isTold = false): RawResponse {
  const { organisation: from, to, language } = look;
  const words = translationsFor(language);
  const body = html`${isTold ? html`<p role="status"><strong>${words.kept}</strong></p>` : undefined}
<p>${fillPlaceholders(words.about, { from, to })}</p>
${look.channels.map((channel) => renderChannel(look, channel, words))}
<h2>${words.besides}</h2>
<p>${words.service}</p>
<p>${words.security}</p>`;
  return renderPage(words.title, body, 200, { language });
}

function renderChannel(
  { token, organisation: from }: PageView,
  { channel, state: standing }: PageView["channels"][number],
  words: Translations,
): Markup {
  const act = standing === "on" ? "out" : standing === "off" ? "in" : undefined;
  return html`<h2 id="${channel}">${words.channels[channel]}: ${words.marketing}</h2>
<p>${fillPlaceholders(words.states[standing], { from })}</p>
${
  act &&
  html`<form method="post" action="/u/${token}">
<input type="hidden" name="channel" value="${channel}">
<div class="buttons"><button name="act" value="${act}" aria-describedby="${channel}">${words[act]}</button></div>
</form>`
}
`;
}
