import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { Finding } from "../../messaging/template/mail-finding.ts";
import { sampleValues } from "../../messaging/template/merge-fields.rules.ts";
import { Records } from "../../storage/write/records.ts";
import { leftOutReasons, MAX_CHECKED_PERSONS } from "./email-send.rules.ts";
import { EmailSend, EmailSends, type SendRecord } from "./email-send.ts";

/** The check of a send before it goes out: its content, and how many persons get a message. Writes nothing. */

export const Result = z.object({
  content: z.array(Finding).describe("Findings of the check of mails, errors first; empty for text messages"),
  recipients: z.number().int().describe("Persons who would get a message"),
  left_out: z
    .partialRecord(oneOf(leftOutReasons), z.number().int())
    .describe("Persons who would get none, by reason; `opted_out` includes those who refuse the subscription type"),
  is_complete: z.boolean().describe(`false: only the first ${MAX_CHECKED_PERSONS} persons of the audience were counted`),
});

/** Checks a send as it would go out now, to the persons whom the caller sees. Throws RULE_VIOLATION if the send is not ready. */
export const check = fn(IdInput, async ({ id: sendId }): Promise<z.output<typeof Result>> => {
  const send = await Records.read(EmailSends, sendId);
  const { countRecipients } = await import("./recipient-count.ts");
  const counts = await countRecipients(send);
  return { content: await checkContent(send), ...counts };
});

async function checkContent(send: SendRecord): Promise<Finding[]> {
  if (send.channel === "sms") return [];
  const [texts, template] = await EmailSend.loadTexts(send);
  const { checkMail } = await import("../../messaging/template/mail-check.ts");
  const mail = template ?? EmailSend.toTexts(send.channel, send.content ?? {});
  return (await checkMail({ ...mail, subject: texts.subject }, sampleValues)).findings;
}

export * as SendCheck from "./send-check.ts";
