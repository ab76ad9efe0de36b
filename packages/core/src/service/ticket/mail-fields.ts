import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { INBOUND_MAIL } from "../../messaging/inbound-mail/inbound-mail.kind.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { RULE } from "../../platform/rule/rule.kind.ts";
import { KNOWLEDGE_ARTICLE } from "../knowledge/knowledge.kind.ts";

/** The mail fields of tickets and comments (docs/service/tickets.md, Mail). */

/** The recipients of answers to a ticket that came by mail. */
export const TicketMail = z.object({
  email: personalData("contact", z.string().describe("Address from which the requester last wrote")),
  cc: personalData("copied:contact", z.array(z.string()).describe("Other recipients of the requester's email")),
  message_id: personalData("communication", z.string().nullable().describe("Message id of the requester's last email")),
  is_answerable: z.boolean().describe("true: apparently started by a person, so automatic answers are allowed"),
});

/** Why a mail was not sent. */
export const notSentReasons = ["OFF", "NO_ADDRESS", "REFUSED", "TOO_MANY", "NO_DOMAIN", "SUSPENDED", "TOO_LONG"] as const;

export const Delivery = personalData(
  "contact",
  z.object({
    status: oneOf(["QUEUED", "SENT", "NOT_SENT", "BOUNCED"]),
    because: z
      .string()
      .nullable()
      .describe(`NOT_SENT: one of ${notSentReasons.join(", ")}. BOUNCED: the response of the mail server`),
    to: z.string().nullable(),
    at: instant(),
  }),
);
export type Delivery = z.output<typeof Delivery>;

/** The article with which an automatic answer replied, and the rule version that decided it. */
const Explanation = personalData(
  "free_text",
  z.object({
    rule_id: id(RULE),
    rule_number: z.number().int(),
    article_id: id(KNOWLEDGE_ARTICLE),
    score: z.number().int(),
    matched: z.array(z.string()).describe("Words of the ticket that the article contains"),
  }),
);

export const mailFields = {
  delivery: Delivery.nullable().describe("Delivery as an email or text message; null if the comment is not sent"),
  inbound_mail_id: id(INBOUND_MAIL).nullable().describe("Email that contained the comment"),
  attachment_ids: z.array(id(ATTACHMENT)).describe("Attachments of the ticket that came with the comment"),
  explanation: Explanation.nullable().describe("Why this automatic answer was chosen"),
};
