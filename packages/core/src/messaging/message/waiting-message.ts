import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { conflict, forbidden, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { IdInput, instant, oneLine, text } from "../../kernel/schema.ts";
import { countSegments } from "../../lib/text-message/segments.rules.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { MAX_HTML_BYTES } from "../template/message-template.rules.ts";
import { CANCELLED } from "./daily-figures.rules.ts";
import { requireWithinYear } from "./max-schedule.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { buildContent, MAX_BODY_LENGTHS, type MessageContent } from "./message-content.ts";
import { loadFiles, recordMailFields, resolveCopies } from "./record-mail.ts";
import { stampDays } from "./stamp-days.ts";

/** Messages that wait to be sent: changed and cancelled by their author or an administrator (docs/messaging/record-mail.md). */

/**
 * Requires that the caller may decide about a message. One that a user wrote is sent in the name of that user, so no colleague changes
 * it. Messages of the system and of integrations have no such author.
 */
function requireAuthor({ created_by }: MessageRecord, refusal: string): void {
  if (isId(created_by, USER) && created_by !== useActorId() && !hasRole("ADMIN")) throw forbidden(refusal);
}

export const cancel = fn(IdInput, ({ id }) =>
  Records.change(Messages, id, (current) => {
    requireAuthor(current, "Only the user who wrote the message, or an administrator, can cancel it");
    if (current.status !== "queued") throw conflict(`The message is ${current.status}; only a queued message can be cancelled`);
    return stampDays({ ...current, status: "cancelled" as const, queue: null, failed_at: Clock.now(), error_code: CANCELLED });
  }),
);

const Change = IdInput.extend({
  send_at: instant().optional().describe("In the past: now"),
  subject: oneLine(200).optional().describe("Mails only"),
  body: text(MAX_BODY_LENGTHS.email).optional().describe("Replaces the text; a mail then has no HTML"),
  body_html: text(MAX_HTML_BYTES).optional().describe("Mails only: replaces text and HTML"),
  cc: recordMailFields.cc.describe("Mails only: replaces the copies"),
  attachment_ids: recordMailFields.attachment_ids.describe("Mails only: replaces the files"),
});

/** Changes a message that waits. What the caller leaves out stays as it was approved. */
export const change = fn(Change, ({ id, send_at, ...input }) =>
  Records.change(Messages, id, async (current) => {
    requireAuthor(current, "Only the user who wrote the message, or an administrator, can change it");
    if (current.status !== "queued") throw conflict(`The message is ${current.status}; only a queued message can be changed`);
    if (send_at !== undefined) requireWithinYear("send_at", send_at);
    const { channel } = current;
    for (const field of ["cc", "attachment_ids"] as const)
      if (channel === "sms" && input[field] !== undefined) throw invalid(field, "Only mails have it");
    const next = {
      ...current,
      ...(await changeContent(current, input)),
      cc: input.cc === undefined ? current.cc : resolveCopies(input.cc, current.purpose),
      files: input.attachment_ids === undefined ? current.files : await loadFiles(input.attachment_ids, current.related_to_id),
      // A reason to wait belongs to the former time.
      ...(send_at === undefined ? {} : { send_at: [send_at, Clock.now()].sort().at(-1) ?? send_at, held_reason: null }),
    };
    return stampDays(next);
  }),
);

type ContentChange = Pick<z.output<typeof Change>, "subject" | "body" | "body_html">;

/** Returns the content after a change. Typed content is of no template any more. */
async function changeContent(
  current: MessageRecord,
  input: ContentChange,
): Promise<Partial<MessageContent & Pick<MessageRecord, "encoding" | "segments">>> {
  const { channel, person_id, related_to_id } = current;
  const subject = input.subject ?? current.subject ?? undefined;
  if (input.body === undefined && input.body_html === undefined) {
    if (input.subject === undefined) return {};
    if (channel === "sms") throw invalid("subject", "Text messages have no subject");
    if (input.subject.trim() === "") throw invalid("subject", "Required for mails");
    return { subject: input.subject };
  }
  const content = await buildContent({
    ...{ channel, person_id, related_to_id: related_to_id ?? undefined },
    ...{ body: input.body, body_html: input.body_html },
    subject: channel === "sms" ? input.subject : subject,
  });
  return channel === "sms" ? { ...content, ...countSegments(content.body) } : content;
}

export * as WaitingMessage from "./waiting-message.ts";
