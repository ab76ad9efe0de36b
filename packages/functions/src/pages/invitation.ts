import { httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import type { Answer } from "@crm/core/scheduling/invitation/answer.schema.ts";
import { Invitation } from "@crm/core/scheduling/invitation/answer.ts";
import type * as z from "zod";
import { loadErrorLanguage } from "../http/error-language.ts";
import type { RawResponse } from "../http/operation.ts";
import { readPageLocale } from "./i18n.ts";
import { renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** Shows an invitation with the form that answers it. Opening the page answers nothing. */
export async function show(token: string): Promise<RawResponse> {
  const invitation = await Invitation.get({ token });
  return renderInvitation(invitation.subject, invitation);
}

/** Answers an invitation. If the answer is no longer possible, it shows the invitation as it is now. */
export async function choose(input: z.input<typeof Answer>): Promise<RawResponse> {
  try {
    const invitation = await Invitation.answer(input);
    return renderInvitation(readPageLocale().words[statusTexts[invitation.response_status]], {
      ...invitation,
      is_changed: false,
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    const invitation = await Invitation.get({ token: input.token });
    const { translate } = await loadErrorLanguage(readPageLocale().language);
    return renderInvitation(translate(error.message), { ...invitation, is_changed: true }, httpStatusByCode.CONFLICT);
  }
}

const statusTexts = {
  NO_RESPONSE: "invitation_unanswered",
  ACCEPTED: "invitation_accepted",
  TENTATIVE: "invitation_tentative",
  DECLINED: "invitation_declined",
} as const;

const choices = [
  ["ACCEPTED", "invitation_accept"],
  ["TENTATIVE", "invitation_maybe"],
  ["DECLINED", "invitation_decline"],
] as const;

function renderInvitation(title: string, invitation: Invitation.Invitation, status = 200): RawResponse {
  const { language, words } = readPageLocale();
  const { subject, when, where, words: text, from, is_off, is_changed } = invitation;
  const renderRow = (row: string, value: string): Markup => html`<p>${fillPlaceholders(row, { value })}</p>
`;
  const body = html`${is_off ? html`<p><strong>${words.invitation_cancelled}</strong></p>` : undefined}
${!is_off && is_changed ? html`<p><strong>${words.invitation_changed}</strong></p>` : undefined}
${title === subject ? undefined : html`<p dir="auto">${subject}</p>`}
${renderRow(words.invitation_when, when)}${where === null ? undefined : renderRow(words.invitation_where, where)}${renderRow(words.invitation_from, from)}
${(text ?? "").split("\n").flatMap((line) => (line.trim() === "" ? [] : [html`<p dir="auto">${line}</p>`]))}
${is_off ? undefined : renderForm(invitation)}`;
  return renderPage(title, body, status, { language });
}

function renderForm({ response_status, comment, digest }: Invitation.Invitation): Markup {
  const { words } = readPageLocale();
  return html`<form method="post">
<p>${words[statusTexts[response_status]]}</p>
<div class="field">
<label for="comment">${words.invitation_comment}</label>
<textarea id="comment" name="comment" rows="3" maxlength="500">${comment ?? ""}</textarea>
</div>
<input type="hidden" name="shown" value="${digest}">
<div class="buttons">
${choices.map(([value, label]) => html`<button name="response" value="${value}"${value === "ACCEPTED" ? undefined : html` class="other"`}>${words[label]}</button>`)}
</div>
</form>`;
}
