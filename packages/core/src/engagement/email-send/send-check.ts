import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { Finding } from "../../messaging/template/mail-finding.ts";
import { sampleValues } from "../../messaging/template/merge-fields.rules.ts";
import { Records } from "../../storage/write/records.ts";
import { leftOutReasons, MAX_CHECKED_PERSONS } from "./email-send.rules.ts";
import { EmailSend, EmailSends, type SendRecord } from "./email-send.ts";
import { decideTracking, loadAccountChoice } from "./readiness.ts";

/** The check of a send before it goes out: its content, and how many persons get a message. Writes nothing. */

const count = () => z.number().int();

/** What a check says about recipients and tracking, of a send or of an A/B test. */
export const checkFields = {
  content: z.array(Finding).describe("Findings of the check of mails, errors first; empty for text messages"),
  recipients: count().describe("Persons who would get a message"),
  left_out: z
    .partialRecord(oneOf([...leftOutReasons, "not_visible"]), count())
    .describe(
      "Persons who would get none, by reason; `opted_out` includes those who refuse the subscription type. `not_visible`: customers, contacts or persons whom the caller does not see",
    ),
  is_complete: z.boolean().describe(`false: only the first ${MAX_CHECKED_PERSONS} persons of the audience were counted`),
  is_tracked: z.boolean().describe("Whether opens and clicks would be counted"),
  account_tracks: z
    .boolean()
    .nullable()
    .describe("Choice of the mail account about opens and clicks; null: not decided yet, and for text messages"),
  mail_account_id: z.string().nullable().describe("The account that sends the mails; null: several do, and for text messages"),
};

export const Result = z.object(checkFields);

/** Checks a send as it would go out now, to the persons whom the caller sees. Throws RULE_VIOLATION if the send is not ready. */
export const check = fn(IdInput, async ({ id: sendId }): Promise<z.output<typeof Result>> => {
  const send = await Records.read(EmailSends, sendId);
  const { variants: _, ...counts } = await countAudience(send);
  return { content: await checkContent(send), ...counts };
});

/** Counts the recipients of a send, and says whether its mails would be tracked. */
export async function countAudience(send: SendRecord) {
  const { countRecipients } = await import("./recipient-count.ts");
  const { not_visible, left_out, ...counts } = await countRecipients(send);
  const [is_tracked, { id: mail_account_id, tracks }] = await Promise.all([decideTracking(send), loadAccountChoice(send)]);
  const reasons = { ...left_out, ...(not_visible > 0 ? { not_visible } : {}) };
  return { ...counts, left_out: reasons, is_tracked, account_tracks: tracks, mail_account_id };
}

export async function checkContent(send: SendRecord): Promise<Finding[]> {
  if (send.channel === "sms") return [];
  const [texts, template] = await EmailSend.loadTexts(send);
  const { checkMail } = await import("../../messaging/template/mail-check.ts");
  const mail = template ?? EmailSend.toTexts(send.channel, send.content ?? {});
  return (await checkMail({ ...mail, subject: texts.subject }, sampleValues)).findings;
}

export * as SendCheck from "./send-check.ts";
