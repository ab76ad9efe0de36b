import * as z from "zod";
import { CONTACT, contactGrants } from "../../accounts/contact/contact.kind.ts";
import { Contact } from "../../accounts/contact/contact.ts";
import { hasPermission, usePorts, useSettings } from "../../kernel/context.ts";
import type { Kind } from "../../kernel/id.ts";
import { language, matchLanguage } from "../../kernel/language.ts";
import { date, oneOf } from "../../kernel/schema.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { composeFirstMail } from "./mail.ts";
import { loadOfferable } from "./offerable.ts";
import { Sending } from "./sending.ts";

/**
 * What a sending would do if the caller chose nothing: to whom the mail goes, its text, the PDF and the last day of the link. Quotes, proposals,
 * orders, amendments and invoices share it. It reads what the sending reads, and writes nothing.
 */

export const PreviewInput = { language: language().optional().describe("Language of the mail. If empty, the one it would have") };

const problems = ["NO_ADDRESS", "REFUSED"] as const;

const contactSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  problem: oneOf(problems).nullable().describe("Why the contact gets no mail; null: it can be chosen"),
});

export const SendPreview = z
  .object({
    to: z.string().nullable().describe("The address that gets the mail if `to` is omitted; null: see `problem`"),
    problem: oneOf([...problems, "NO_CONTACT", "HIDDEN"])
      .nullable()
      .describe("Why `to` is null. HIDDEN: the caller does not see the contact, which gets the mail all the same"),
    contacts: z.array(contactSchema).describe("The contact of the record, and others of its customer that the caller sees"),
    language: z.string(),
    subject: z.string(),
    message: z.string(),
    file_name: z.string().describe("The PDF"),
    is_attached: z.boolean().describe("Whether the PDF is attached; otherwise it is behind the link in the mail"),
    last_day: date()
      .nullable()
      .describe("Last day for the answer by the link; null: the link has no answer, or there is no link"),
    link: z.string().nullable().describe("The customer's page; null until the record is sent, and for a record without a page"),
    is_repeat: z.boolean().describe("The record was sent before"),
    keeps_mail_local: z.boolean().describe("Whether mails stay in a mailbox on the machine of the server and reach no recipient"),
  })
  .meta({ id: "SendPreview" });
export type SendPreview = z.output<typeof SendPreview>;

interface Parties {
  contact_id: string | null;
  customer_id: string | null;
}

/** Each costs up to five reads. */
const MAX_CONTACTS = 20;

/** Returns the address of the record's contact, and the contacts among which the sender can choose. */
export async function previewRecipients({
  contact_id,
  customer_id,
}: Parties): Promise<Pick<SendPreview, "to" | "problem" | "contacts">> {
  const canSee = hasPermission(contactGrants.read);
  const [isOwnVisible, listed] = await Promise.all([
    contact_id !== null && canSee && Records.isVisible(CONTACT, contact_id),
    customer_id !== null && canSee
      ? Contact.list({ customer: customer_id, limit: MAX_CONTACTS, status: "ACTIVE" }).then(({ rows }) => rows)
      : [],
  ]);
  const ids = [...new Set([...(isOwnVisible && contact_id !== null ? [contact_id] : []), ...listed.map(({ id }) => id)])];
  const [recipients, own] = await Promise.all([
    resolveRecipients(ids),
    isOwnVisible && contact_id !== null ? Contact.resolveMerged(contact_id) : undefined,
  ]);
  const names = new Map([...listed, ...(own ? [own] : [])].map(({ id, display_name }) => [id, display_name]));
  const contacts = ids.map((id) => {
    const recipient = recipients.get(id) ?? "NO_ADDRESS";
    const isReached = typeof recipient !== "string";
    return {
      id,
      name: names.get(id) ?? null,
      email: isReached ? recipient.email : null,
      problem: isReached ? null : recipient,
    };
  });
  if (contact_id === null) return { to: null, problem: "NO_CONTACT", contacts };
  const chosen = contacts.find(({ id }) => id === contact_id);
  return { to: chosen?.email ?? null, problem: chosen ? chosen.problem : "HIDDEN", contacts };
}

interface OfferSubject extends Parties {
  kind: Kind;
  id: string;
  name: string;
  /** Returns the title of the document, for a record whose page cannot be read before it is sent. */
  readTitle?: (language: string) => Promise<string>;
  last_day: string | null;
}

/** Previews the sending of a record by a private link. The caller must have checked that the user sees the record. */
export async function previewOffer(
  { kind, id, name, readTitle, last_day, ...parties }: OfferSubject,
  input: { language?: string | undefined },
): Promise<SendPreview> {
  const tag = input.language ?? useSettings().letterhead.language;
  const mailLanguage = matchLanguage(tag) ? tag : "en";
  const [recipients, offer, tenant, link] = await Promise.all([
    previewRecipients(parties),
    loadOfferable(kind.name).then((offerable) => offerable.read(id, { language: mailLanguage, isBrief: true })),
    Tenant.get({}),
    Sending.findLink(id),
  ]);
  const title = offer?.document.title ?? (await readTitle?.(mailLanguage)) ?? name;
  return {
    ...recipients,
    language: mailLanguage,
    ...composeFirstMail({ title, from: tenant.name, language: mailLanguage }),
    file_name: `${title}.pdf`,
    is_attached: false,
    last_day,
    link,
    is_repeat: link !== null,
    keeps_mail_local: usePorts().keepsMailLocal,
  };
}

export * as SendPreviews from "./send-preview.ts";
