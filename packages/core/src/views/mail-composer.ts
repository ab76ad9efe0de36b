import * as z from "zod";
import { CONTACT } from "../accounts/contact/contact.kind.ts";
import { Contact } from "../accounts/contact/contact.ts";
import { CUSTOMER } from "../accounts/customer/customer.kind.ts";
import { useActor } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { formatFullName } from "../kernel/person-name.ts";
import { anyId, id as idOf } from "../kernel/schema.ts";
import { MAIL_ACCOUNT } from "../messaging/mail-account/mail-account.kind.ts";
import { MailAccount } from "../messaging/mail-account/mail-account.ts";
import { resolveAddress } from "../messaging/message/message.ts";
import { paths, type Values } from "../messaging/template/merge-fields.rules.ts";
import { sourceTypes } from "../messaging/template/merge-values.ts";
import { loadRecordValues } from "../messaging/template/message-template.ts";
import * as Identity from "../people/person/identity.ts";
import { PERSON } from "../people/person/person.kind.ts";
import { requireSubject } from "../people/person/subject.ts";
import { Preferences } from "../platform/profile/preferences.ts";
import { Records } from "../storage/write/records.ts";

/** What the composer of mails needs for a record, in one read (docs/messaging/record-mail.md). */

const MAX_RECIPIENTS = 20;
const MAX_ACCOUNTS = 20;

const Recipient = z.object({ person_id: idOf(PERSON), name: z.string(), address: z.string() });

export const Info = z.object({
  recipients: z
    .array(Recipient)
    .describe("Persons of the record who have an email address: its own first, then contacts of its customer"),
  accounts: z
    .array(
      z.object({
        id: idOf(MAIL_ACCOUNT),
        name: z.string(),
        address: z.string(),
        is_default: z.boolean(),
        tracks: z.boolean().describe("Whether opens and clicks can be counted"),
      }),
    )
    .describe("Active mail accounts"),
  signature: z.string().nullable().describe("The `mail_signature` of the caller's preferences"),
  merge_fields: z
    .array(z.object({ path: z.string(), value: z.string() }))
    .describe("Merge fields that have a value for the record"),
});

export const load = fn(
  z.strictObject({ related_to_id: anyId().describe("The record that the mail is about") }),
  async ({ related_to_id }): Promise<z.output<typeof Info>> => {
    const { type, id, record } = await requireSubject("activities", { related_to_id });
    const actor = useActor();
    const [recipients, accounts, signature, merge_fields] = await Promise.all([
      listRecipients(id, record),
      listAccounts(),
      actor.type === "user" ? Preferences.findMailSignature(actor.id) : null,
      listMergeFields(type, id),
    ]);
    return { recipients, accounts, signature, merge_fields };
  },
);

/** The fields by which records name persons, contacts and customers. */
type PartyFields = Partial<Record<"personal_key_id" | "contact_id" | "customer_id", string | null>>;

async function listRecipients(id: string, record: PartyFields): Promise<z.output<typeof Recipient>[]> {
  const { personal_key_id, contact_id, customer_id } = record;
  const contact = contact_id ? ((await Records.findVisible(CONTACT, contact_id)) as PartyFields | undefined) : undefined;
  const customer = isId(id, CUSTOMER) ? id : customer_id;
  const ownIds = [isId(id, PERSON) ? id : null, contact?.personal_key_id, personal_key_id];
  const contactIds = customer ? await listContactPersons(customer) : [];
  const ids = [...new Set([...ownIds, ...contactIds])].filter((each) => typeof each === "string").slice(0, MAX_RECIPIENTS);
  const persons = await Promise.all(ids.map((personId) => Identity.find(personId)));
  const recipients = await Promise.all(
    persons.map(async (person) => {
      const address = person && (await resolveAddress("email", person));
      return address === undefined || !person ? [] : [{ person_id: person.id, name: formatFullName(person) ?? address, address }];
    }),
  );
  return recipients.flat();
}

/** Lists the persons of the contacts of a customer that the caller sees; none if the caller does not see the customer. */
async function listContactPersons(customer: string): Promise<string[]> {
  if (!(await Records.isVisible(CUSTOMER, customer))) return [];
  const { rows } = await Contact.listByCustomer({ id: customer, limit: MAX_RECIPIENTS });
  return rows.map((contact) => contact.personal_key_id);
}

async function listAccounts(): Promise<z.output<typeof Info>["accounts"]> {
  const { rows } = await MailAccount.list({ limit: MAX_ACCOUNTS });
  const accounts = await MailAccount.loadLive(rows.map(({ id }) => id));
  return accounts.flatMap((account) => {
    if (!account?.is_active) return [];
    const { id, name, address, is_default, tracks } = account;
    return [{ id, name, address, is_default, tracks: tracks ?? false }];
  });
}

/** Lists the merge fields with a value for the record. Kinds without merge fields have none. */
async function listMergeFields(type: string, id: string): Promise<{ path: string; value: string }[]> {
  if (!(sourceTypes as readonly string[]).includes(type)) return [];
  const all = { subject: null, body_html: null, body_text: paths.map((path) => `{{${path}}}`).join("") };
  const values: Values = await loadRecordValues(all, id);
  return paths.flatMap((path) => {
    const value = values[path];
    return value ? [{ path, value }] : [];
  });
}

export * as MailComposer from "./mail-composer.ts";
