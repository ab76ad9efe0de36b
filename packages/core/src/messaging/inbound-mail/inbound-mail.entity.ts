import * as z from "zod";
import { aboutPerson, matchContactPoint, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { emailSearchWords, textSearchWords } from "../../kernel/text.ts";
import { TICKET, TICKET_COMMENT } from "../../service/ticket/ticket.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { INBOUND_MAIL } from "./inbound-mail.kind.ts";
import { mailKinds, mailVerdicts } from "./mail-kind.ts";

export const statuses = ["RECEIVED", "SET_ASIDE", "TOO_LARGE", "HANDLED"] as const;

/** An inbound mail: sender, recipients and classification. Its content is stored unchanged as an object. */
export const Stored = z.object({
  sender: personalData("contact", z.string().nullable().describe("The writer of the mail, also if a form or a list sent it")),
  sender_name: personalData("identity", z.string().nullable()),
  recipients: personalData("recipient:contact", z.array(z.string()).describe("The tenant's addresses that received the mail")),
  subject: personalData("communication", z.string()),
  message_id: personalData("communication", z.string().nullable()),
  sent_at: personalData("communication", instant().nullable().describe("As stated by the sender")),
  kind: oneOf(mailKinds).describe("`message` if a person wrote the mail, otherwise its type"),
  kind_because: personalData("none", z.string().nullable().describe("The header or other evidence for `kind`")),
  status: oneOf(statuses).describe("SET_ASIDE if the mail needs no attention, HANDLED once it is processed"),
  status_because: personalData("none", z.string().nullable()),
  spam_verdict: oneOf(mailVerdicts),
  virus_verdict: oneOf(mailVerdicts),
  dmarc: personalData("none", z.string().nullable().describe("`pass` if DMARC confirms the sender")),
  size: z.number().int().describe("Bytes"),
  sha256: personalData("none", z.string().describe("SHA-256 of the bytes, in hexadecimal digits")),
  attachments: z.number().int(),
  ticket_id: id(TICKET).nullable().describe("The ticket that the mail belongs to"),
  comment_id: id(TICKET_COMMENT).nullable().describe("The comment created from the mail, unless the mail opened the ticket"),
});

export type InboundMailRecord = z.output<typeof Stored> & BaseRecord;

export const InboundMails = new Collection<InboundMailRecord>({
  kind: INBOUND_MAIL,
  schema: Stored,
  personalData: {
    purpose: "Receive mail to the tenant, and prove what became of it.",
    subject: aboutPerson(matchContactPoint("sender"), reach("ticket_id", TICKET)),
    others: { recipient: aboutPerson(matchContactPoint("recipients[]")) },
  },
  row: ["sender", "sender_name", "subject", "kind", "status", "message_id", "size", "attachments", "ticket_id"],
  indexes: { by_time: indexBy(), by_status: indexBy("status"), by_class: indexBy("kind") },
  filters: { status: { index: "by_status", field: "status" }, kind: { index: "by_class", field: "kind" } },
  searchWords: ({ subject, sender_name, sender }) => [
    ...textSearchWords(subject),
    ...textSearchWords(sender_name),
    ...emailSearchWords(sender),
  ],
});
