import * as z from "zod";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { INBOUND_MAIL } from "../../messaging/inbound-mail/inbound-mail.kind.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { RULE } from "../../platform/rule/rule.kind.ts";
import { KNOWLEDGE_ARTICLE } from "../knowledge/knowledge.kind.ts";

/** The mail fields of tickets and comments (docs/service/tickets.md, Mail). */

/** The recipients of answers to a ticket that came by mail. */
export const TicketMail = z.object({
  email: z.string().describe("From which the requester wrote last"),
  cc: z.array(z.string()).describe("Whom the requester has written to beside us"),
  message_id: z.string().nullable().describe("Of the requester's last mail"),
  is_answerable: z.boolean().describe("A person began it, as far as can be told: programs may answer"),
});

/** Why a mail was not sent. */
export const notSentReasons = ["OFF", "NO_ADDRESS", "REFUSED", "TOO_MANY", "NO_DOMAIN", "SUSPENDED", "TOO_LONG"] as const;

export const Delivery = z.object({
  status: oneOf(["QUEUED", "SENT", "NOT_SENT", "BOUNCED"]),
  because: z
    .string()
    .nullable()
    .describe(`One of ${notSentReasons.join(", ")} where it was not sent; what the server said where it bounced`),
  to: z.string().nullable(),
  at: instant(),
});
export type Delivery = z.output<typeof Delivery>;

/** The article with which an automatic answer replied, and the rule version that decided it. */
export const Explanation = z.object({
  rule_id: id(RULE),
  rule_number: z.number().int(),
  article_id: id(KNOWLEDGE_ARTICLE),
  score: z.number().int(),
  matched: z.array(z.string()).describe("Words of the ticket that the article has"),
});

export const mailFields = {
  delivery: Delivery.nullable().describe("What became of it as a mail, or as a text message; null of what is sent to nobody"),
  inbound_mail_id: id(INBOUND_MAIL).nullable().describe("The mail that it came as"),
  attachment_ids: z.array(id(ATTACHMENT)).describe("Of the ticket, that came with it"),
  explanation: Explanation.nullable().describe("Why a program has answered so"),
};
