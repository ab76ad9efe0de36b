import { filled } from "@crm/core/kernel/text.ts";
import { type Look, Verification } from "@crm/core/person/verification/verification.ts";
import { wordsOf } from "@crm/core/person/verification/words.ts";
import type { Raw } from "../http/operation.ts";
import { pageOf } from "./layout.ts";
import { html } from "./markup.ts";

/** On which somebody says that an address is theirs. Opening it changes nothing. */

export const show = async (token: string): Promise<Raw> => shown(await Verification.look({ token }));

export const send = async (token: string): Promise<Raw> => shown(await Verification.press({ token }));

function shown({ token, organisation: from, to, language, is_done }: Look): Raw {
  const words = wordsOf(language);
  const said = { from, to };
  if (is_done) return pageOf(words.done, html`<p role="status">${filled(words.done_text, said)}</p>`, 200, { language });
  const body = html`<p>${filled(words.text, said)}</p>
<form method="post" action="/v/${token}">
<div class="buttons"><button>${words.confirm}</button></div>
</form>`;
  return pageOf(words.title, body, 200, { language });
}
