import { httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import type { Answer } from "@crm/core/scheduling/invitation/answer.schema.ts";
import { Invitation } from "@crm/core/scheduling/invitation/answer.ts";
import type * as z from "zod";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** Shows an invitation with the form that answers it. Opening the page answers nothing. */
export async function show(token: string): Promise<RawResponse> {
  const invitation = await Invitation.get({ token });
  return renderPage(invitation.subject, renderInvitation(invitation));
}

/** Answers an invitation. If the answer is no longer possible, it shows the invitation as it is now. */
export async function choose(input: z.input<typeof Answer>): Promise<RawResponse> {
  try {
    const invitation = await Invitation.answer(input);
    return renderPage(statusTexts[invitation.response_status], renderInvitation({ ...invitation, is_changed: false }));
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    const invitation = await Invitation.get({ token: input.token });
    return renderPage(error.message, renderInvitation({ ...invitation, is_changed: true }), httpStatusByCode.CONFLICT);
  }
}

const statusTexts = {
  NO_RESPONSE: "Not answered yet",
  ACCEPTED: "You have accepted",
  TENTATIVE: "You have accepted tentatively",
  DECLINED: "You have declined",
} as const;

const choices = [
  ["ACCEPTED", "Accept"],
  ["TENTATIVE", "Maybe"],
  ["DECLINED", "Decline"],
] as const;

function renderInvitation(invitation: Invitation.Invitation): Markup {
  const { subject, when, where, words, from, is_off, is_changed } = invitation;
  return html`${is_off ? html`<p><strong>This event was cancelled.</strong></p>` : undefined}
${!is_off && is_changed ? html`<p><strong>The event has changed since the email. These are the current details.</strong></p>` : undefined}
<p>${subject}</p>
<p>When: ${when}</p>
${where === null ? undefined : html`<p>Where: ${where}</p>`}
<p>From: ${from}</p>
${(words ?? "").split("\n").flatMap((line) => (line.trim() === "" ? [] : [html`<p>${line}</p>`]))}
${is_off ? undefined : renderForm(invitation)}`;
}

const renderForm = ({ response_status, comment, shown: digest }: Invitation.Invitation): Markup => html`<form method="post">
<p>${statusTexts[response_status]}.</p>
<div class="field">
<label for="comment">Message to the organizer (optional)</label>
<textarea id="comment" name="comment" rows="3" maxlength="500">${comment ?? ""}</textarea>
</div>
<input type="hidden" name="shown" value="${digest}">
<div class="buttons">
${choices.map(([value, label]) => html`<button name="response" value="${value}"${value === "ACCEPTED" ? undefined : html` class="other"`}>${label}</button>`)}
</div>
</form>`;
