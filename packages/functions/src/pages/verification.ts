import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { translationsFor } from "@crm/core/people/verification/i18n.ts";
import { type PageView, Verification } from "@crm/core/people/verification/verification.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/** The page on which a recipient confirms that an address is theirs. Opening it changes nothing. */

export const show = async (token: string): Promise<RawResponse> => presentPage(await Verification.render({ token }));

export const submit = async (token: string): Promise<RawResponse> => presentPage(await Verification.confirmByLink({ token }));

function presentPage({ token, organisation, to, language, is_done }: PageView): RawResponse {
  const words = translationsFor(language);
  const placeholders = { from: organisation, to };
  if (is_done)
    return renderPage(words.done, html`<p role="status">${fillPlaceholders(words.done_text, placeholders)}</p>`, 200, {
      language,
    });
  const body = html`<p>${fillPlaceholders(words.text, placeholders)}</p>
<form method="post" action="/v/${token}">
<div class="buttons"><button>${words.confirm}</button></div>
</form>`;
  return renderPage(words.title, body, 200, { language });
}
