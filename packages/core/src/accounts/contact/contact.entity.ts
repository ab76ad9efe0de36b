import * as z from "zod";
import { buildDisplayName } from "../../kernel/person-name.ts";
import { aboutPerson, matchContactPoint, personalData, reach } from "../../kernel/personal-data.ts";
import { phoneNumberWords } from "../../kernel/phone-words.ts";
import { email, id, instant, master, name, oneLine, oneOf, phone, tags, text, toStoredShape, url } from "../../kernel/schema.ts";
import { emailSearchWords, numberSearchWords, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { consentDueField, migrateOptOuts, optOutFields } from "../../people/consent/opt-out.schema.ts";
import { COMMUNICATION_CHANNELS } from "../../people/interaction/interaction.masters.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { CITIES, COUNTRIES, STATES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { CONTACT } from "./contact.kind.ts";
import { CONTACT_ROLES } from "./contact.masters.ts";

export const contactStatuses = ["ACTIVE", "INACTIVE", "FORMER"] as const;

/** Fields of a contact that users write and that it stores. `birthdate` is stored on the person (people/person/birthdate.ts). */
export const fields = {
  first_name: personalData("identity", name(100).nullish()),
  last_name: personalData("identity", name(100).nullish()),
  email: email().nullish(),
  phone: phone().nullish(),
  mobile: phone().nullish(),
  fax: phone().nullish(),

  customer_id: id(CUSTOMER).nullish().describe("Needed if the contact belongs to no lead"),
  lead_id: id(LEAD).nullish(),
  is_primary: personalData(
    "relationship",
    z.boolean().default(false).describe("Each customer or lead has one primary contact. The new one replaces the previous one"),
  ),

  job_title: personalData("employment", oneLine(100).nullish()),
  department: personalData("employment", oneLine(100).nullish()),
  contact_role_id: personalData("employment", master(CONTACT_ROLES).nullish().describe("The main role")),
  other_role_ids: personalData("employment", z.array(master(CONTACT_ROLES)).max(20).default([])),
  reports_to_id: id(CONTACT).nullish().describe("Another contact of the same customer or lead"),
  is_decision_maker: personalData("employment", z.boolean().default(false)),
  is_influencer: personalData("employment", z.boolean().default(false)),
  contact_status: personalData("relationship", oneOf(contactStatuses).default("ACTIVE")),

  street_address: personalData("location", oneLine(1000).nullish()),
  city_id: personalData("location", master(CITIES).nullish()),
  state_id: personalData("location", master(STATES).nullish()),
  country_id: personalData("location", master(COUNTRIES).nullish()),
  postal_code: personalData("location", oneLine(20).nullish()),

  ...optOutFields,
  preferred_contact_method: master(COMMUNICATION_CHANNELS, "code").nullish(),
  linkedin_url: url().nullish(),
  twitter_handle: personalData("contact", oneLine(100).nullish()),
  assistant_name: personalData("assistant:identity", oneLine(100).nullish()),
  assistant_phone: personalData("assistant:contact", phone().nullish()),

  next_contact_date: instant().nullish(),
  description: text(50_000).nullish(),
  notes: text(50_000).nullish(),
  tags: tags().default([]),
};

export const Stored = z.object({
  contact_number: personalData("identifier", z.string()),
  personal_key_id: id(PERSON),
  person_sight: personDisclosureField,
  owner_id: id(USER).nullable(),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  consent_due: consentDueField,
  display_name: personalData(
    "identity",
    z.string().nullable().describe("Name to display: the name, or else the email or telephone number"),
  ),
  preferred_contact_method: personalData("preference", z.string().nullable().describe("Code of the contact method")),
  last_activity_date: instant().nullable(),
  merged_into: id(CONTACT).nullable().describe("The contact that this one was merged into"),
  merge_id: personalData("reference", z.string().nullable()),
  merged_ids: z.array(id(CONTACT)).describe("Contacts that were merged into this one; their ids lead to it"),
});

export type ContactRecord = z.output<typeof Stored> & BaseRecord;

export const Contacts = new Collection<ContactRecord>({
  kind: CONTACT,
  schema: Stored,
  personalData: {
    purpose: "Know the persons who act for a customer.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reach("lead_id", LEAD)),
    others: { assistant: aboutPerson(matchContactPoint("assistant_phone")) },
    recipients: ["webhook"],
  },
  row: [
    "contact_number",
    "personal_key_id",
    "person_sight",
    "owner_id",
    "display_name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "customer_id",
    "lead_id",
    "is_primary",
    "job_title",
    "department",
    "contact_role_id",
    "reports_to_id",
    "is_decision_maker",
    "is_influencer",
    "contact_status",
    "next_contact_date",
    "last_activity_date",
    "tags",
  ],
  links: { below: ["opportunities", "activities"], names: { personal_key_id: "person" }, except: ["merged_into"] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("contact_status"),
    by_related: indexBy("customer_id", { sparse: true }),
    by_class: indexBy("contact_role_id", { sparse: true }),
    by_outcome: indexBy("lead_id", { sparse: true }),
    by_rank: sortedIndexBy((contact) => textSortKey(contact.last_name, contact.first_name)),
    by_date: sortedIndexBy((contact) => contact.next_contact_date),
  },
  missingValues: { merged_ids: [] },
  owner: "owner_id",
  person: "personal_key_id",
  visibilityGrant: { field: "personal_key_id", except: isLimited },
  requiredReferences: ["personal_key_id", "customer_id"],
  filters: {
    role: { index: "by_class", field: "contact_role_id" },
    status: { index: "by_status", field: "contact_status" },
    is_decision_maker: { field: "is_decision_maker" },
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    lead: { index: "by_outcome", field: "lead_id", hasOwnCounters: true },
  },
  sorts: { name: "by_rank", next_contact_date: "by_date" },
  computed: { display_name: buildDisplayName },
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (contact) => [
    ...textSearchWords(contact.first_name),
    ...textSearchWords(contact.last_name),
    ...textSearchWords(contact.job_title),
    ...numberSearchWords(contact.contact_number),
    ...emailSearchWords(contact.email),
    ...phoneNumberWords(contact.phone),
    ...phoneNumberWords(contact.mobile),
  ],
  internal: ["consent_due"],
  migrations: [
    migrateOptOuts,
    // Rewrites the index key of the name order: a name now sorts before the names that start with it.
    (stored) => stored,
    // Changes nothing: the write passes through the stream, whose consumer adds the search words for the ends of telephone numbers.
    (stored) => stored,
  ],
  needsMigration: ({ consent_due }) => consent_due === true,
  migrateRecord: async (contact, tx) => (await import("../../people/person/consent.ts")).migrateRecord(CONTACT, contact, tx),
  events: { assigned: (after, before) => before !== undefined && before.owner_id !== after.owner_id },
});
