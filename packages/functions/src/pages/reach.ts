import { filled } from "@crm/core/kernel/text.ts";
import { type Look, ReachPage } from "@crm/core/suppression/page.ts";
import { type Words, wordsOf } from "@crm/core/suppression/words.ts";
import type { Raw } from "../http/operation.ts";
import { pageOf } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** On which somebody who was written to says what they want. Opening it changes nothing. */

export const show = async (token: string): Promise<Raw> => shown(await ReachPage.look({ token }));

/** What a button of the page sends, or a mail program, which has none. */
export interface Sent {
  token: string;
  channel?: "email" | "sms" | "whatsapp" | undefined;
  act?: "in" | "out" | undefined;
}

export async function send({ token, channel, act }: Sent): Promise<Raw> {
  const isPressed = channel !== undefined && act !== undefined;
  return shown(await (isPressed ? ReachPage.choose({ token, channel, act }) : ReachPage.press({ token })), true);
}

function shown(look: Look, isTold = false): Raw {
  const { organisation: from, to, language } = look;
  const words = wordsOf(language);
  const body = html`${isTold ? html`<p role="status"><strong>${words.kept}</strong></p>` : undefined}
<p>${filled(words.about, { from, to })}</p>
${look.channels.map((each) => ofChannel(look, each, words))}
<h2>${words.besides}</h2>
<p>${words.service}</p>
<p>${words.security}</p>`;
  return pageOf(words.title, body, 200, { language });
}

function ofChannel({ token, organisation: from }: Look, { channel, standing }: Look["channels"][number], words: Words): Markup {
  const act = standing === "on" ? "out" : standing === "off" ? "in" : undefined;
  return html`<h2 id="${channel}">${words.channels[channel]}: ${words.marketing}</h2>
<p>${filled(words.standings[standing], { from })}</p>
${
  act &&
  html`<form method="post" action="/u/${token}">
<input type="hidden" name="channel" value="${channel}">
<div class="buttons"><button name="act" value="${act}" aria-describedby="${channel}">${words[act]}</button></div>
</form>`
}
`;
}
