import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { nameSortKey } from "../../kernel/person-name.ts";
import {
  id,
  instant,
  json,
  master,
  name,
  oneLine,
  oneOf,
  outputInstant,
  type Shape,
  text,
  toStoredFields,
  toStoredShape,
  url,
} from "../../kernel/schema.ts";
import { emailSearchWords, textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { listDeclarations } from "../../platform/search-path/path-set.ts";
import { type BaseRecord, Collection, indexBy, pad, sortedIndexBy } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { Preference } from "../consent/preference.schema.ts";
import { COMMUNICATION_CHANNELS } from "../interaction/interaction.masters.ts";
import { addressSystemFields, postalAddressFields } from "./address.schema.ts";
import { phoneNumberWords } from "./contact-point-parser.ts";
import { countGrantsByOwner } from "./owner-grants.ts";
import { CANDIDATE, MERGE, PERSON, personGrants } from "./person.domain.ts";

export const pointTypes = ["email", "phone", "social"] as const;

/** Where a social contact point lives; the platform's own id tells two people of one name apart. */
export const platformFields = {
  platform_name: name(50).nullish(),
  platform_user_id: text(255).nullish(),
  platform_page_id: text(255).nullish(),
  platform_profile_url: url(500).nullish(),
} satisfies Shape;

/** How it is known that a contact point is somebody's (docs/people/verification.md). */
export const proofMethods = ["code", "link", "staff", "provider"] as const;
export type ProofMethod = (typeof proofMethods)[number];

/** Of a contact point of which nobody knows whether it is theirs. */
export const unverifiedFields = { is_verified: false, verified_at: null, verified_by: null, verified_by_id: null } as const;

export const ContactPoint = z.object({
  id: z.string().describe("Within the person"),
  contact_type: oneOf(pointTypes),
  contact_value: text(255).describe("As typed"),
  normalized: z.string().nullable().describe("The form in which two of them can be equal; null for what cannot be read"),
  is_primary: z.boolean().describe("One of each type"),
  is_verified: z.boolean(),
  verified_at: instant().nullable(),
  verified_by: oneOf(proofMethods)
    .nullable()
    .describe("How; null for what is not verified, and for what earlier releases took as it was said"),
  verified_by_id: actor().nullable().describe("Who did it"),
  is_shared: z.boolean().describe("Belongs to several persons, and so tells nobody apart"),
  ...toStoredShape(platformFields),
  lead_id: z.string().nullable().describe("The lead that named it last"),
  original_lead_id: z.string().nullable().describe("The lead that named it first"),
  created_at: outputInstant(),
  updated_at: outputInstant(),
});
export type ContactPoint = z.output<typeof ContactPoint>;

/** A contact point of which an earlier release did not keep how it was verified. */
const addProofFields = (point: Item): Item => ({ verified_by: null, verified_by_id: null, ...point });

/** What people write of an address (seed 000, crm_personal_addresses). */
export const addressFields = {
  type: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z][a-z0-9_]{0,29}$/, "Not a type such as billing")
    .meta({ examples: ["billing"] })
    .default("primary"),
  ...postalAddressFields,
  is_default: z.boolean().optional().describe("The one to use of its type; the first is"),
} satisfies Shape;

export const Address = z.object({
  id: z.string().describe("Within the person"),
  ...toStoredShape(addressFields),
  is_default: z.boolean(),
  ...addressSystemFields,
});
export type Address = z.output<typeof Address>;

/** An address of which nobody has said whether its postal code is one. */
const addPostalCodeCheck = (address: Item): Item => ({ is_postal_code_valid: null, ...address });

export { consentStatuses, Preference } from "../consent/preference.schema.ts";

export const mergeChoices = z.record(z.string().max(200), oneOf(["survivor", "merged"]));

/** A person that was joined to another, and which of the two says what. */
export const JoinedPerson = z.object({ id: z.string().describe("Of the merge"), person_id: z.string(), choices: mergeChoices });
export type JoinedPerson = z.output<typeof JoinedPerson>;

export const educationLevels = ["none", "secondary", "associate", "bachelors", "masters", "phd"] as const;
export const elements = ["WOOD", "FIRE", "EARTH", "METAL", "WATER"] as const;

/** What people write of a person, beside contact points, addresses, preferences and sensitive fields. */
export const fields = {
  external_key: name(255).nullish().describe("The person's key in another system; unique in the tenant"),
  first_name: name(100).nullish(),
  last_name: name(100).nullish(),
  display_name: name(255).nullish(),
  title: name(100).nullish(),
  job_title: oneLine(150).nullish(),
  education_level: oneOf(educationLevels).nullish(),
  five_element: text(100)
    .overwrite((typed) => elements.find((element) => element === typed.trim().toUpperCase()) ?? typed)
    .nullish()
    .describe(`${elements.join(", ")} in either case, or the tenant's own words`),
  intention: text(2000).nullish(),
  notes: text(50_000).nullish(),
  custom_attributes: json(32 * 1024).nullish(),
  preferred_contact_method: master(COMMUNICATION_CHANNELS, "code").nullish(),
  document_type: text(50).nullish().describe("What the document number is of: passport, national_id, …"),
  document_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Not an ISO 3166-1 code")
    .meta({ examples: ["DE"] })
    .nullish(),
} satisfies Shape;

/** A person: the personal key (seed 000, crm_personal_keys) with contact points, addresses and profile. */
export const Stored = z.object({
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  emails: z.array(z.string()).describe("Of the contact points, the primary one first"),
  phones: z.array(z.string()).describe("Of the contact points in E.164 where they can be read, the primary one first"),
  social_accounts: z
    .array(z.string())
    .describe("Of the contact points as `platform:account` where they can be read, the primary one first"),
  countries: z.array(z.string()).describe("Of the addresses, by ISO 3166-1 code, each once"),
  contact_points: z.array(ContactPoint),
  addresses: z.array(Address),
  preferences: z.array(Preference),
  /** Sensitive values under the person's own key, by name; `own.…` where a merge shows another's. */
  sealed: Sealed.nullable(),
  /** What those show to whom they are hidden: name → text. */
  masks: z.record(z.string(), z.string()).nullable(),
  /** Keyed hashes by which sensitive values are found and compared: name → hashes. */
  hashes: z.record(z.string(), z.array(z.string())).nullable(),
  merged_into: z.string().nullable().describe("The person that this one was joined to"),
  merged_ids: z.array(z.string()).describe("Persons that were joined to this one, and whose ids lead here"),
  merges: z.array(JoinedPerson).describe("Merges into this person that hold, in their order"),
  /** The person's own values where a merge shows another's: slot → value (see merge.rules). */
  own: z.record(z.string(), z.json()).nullable(),
});

export type PersonRecord = z.output<typeof Stored> & BaseRecord;

/** The accounts among contact points, as they are compared, or as typed where they cannot be read; the primary one first. */
export const listAccounts = (points: readonly ContactPoint[]): string[] =>
  points
    .filter(({ contact_type }) => contact_type === "social")
    .sort((a, b) => Number(b.is_primary) - Number(a.is_primary))
    .map(({ normalized, contact_value }) => normalized ?? contact_value);

/** The countries of addresses, each once. */
export const listCountries = (addresses: readonly Pick<Address, "country">[]): string[] => [
  ...new Set(addresses.flatMap(({ country }) => country ?? [])),
];

/** What the fields say of a person of whom nothing is known. */
export const blankPerson: Omit<PersonRecord, keyof BaseRecord> = {
  ...toStoredFields(fields, {}),
  custom_fields: null,
  emails: [],
  phones: [],
  social_accounts: [],
  countries: [],
  contact_points: [],
  addresses: [],
  preferences: [],
  sealed: null,
  masks: null,
  hashes: null,
  merged_into: null,
  merged_ids: [],
  merges: [],
  own: null,
};

export const People = new Collection<PersonRecord>({
  kind: PERSON,
  schema: Stored,
  row: [
    "external_key",
    "first_name",
    "last_name",
    "display_name",
    "job_title",
    "education_level",
    "preferred_contact_method",
    "emails",
    "phones",
    "social_accounts",
    "countries",
  ],
  indexes: { by_time: indexBy(), by_rank: sortedIndexBy(nameSortKey) },
  sorts: { last_name: "by_rank" },
  searchWords: (person) => [
    ...textSearchWords(person.first_name),
    ...textSearchWords(person.last_name),
    ...textSearchWords(person.display_name),
    ...person.emails.flatMap(emailSearchWords),
    ...person.phones.flatMap(phoneNumberWords),
    // Rows that were last written by an earlier release have none.
    ...(person.social_accounts ?? []).flatMap(textSearchWords),
  ],
  pathDeclarationSources: [CustomFields.listDeclarations, listDeclarations],
  detail: { custom_attributes: {} },
  sealed: "sealed",
  internal: ["masks", "hashes", "own"],
  unsealPermission: personGrants.sensitive,
  migrations: [
    (stored) => ({ ...stored, social_accounts: listAccounts(stored.contact_points as ContactPoint[]) }),
    (stored) => ({ ...stored, addresses: ((stored.addresses as Item[] | undefined) ?? []).map(addPostalCodeCheck) }),
    // Nothing of the record changes: written once more, it passes the stream, which keeps who sees it from then on.
    (stored) => stored,
    // Its place in the order of names is made anew on the way.
    (stored) => ({ ...stored, countries: listCountries((stored.addresses as Address[] | undefined) ?? []) }),
    // Its place in the order of names is made anew on the way: a name comes before those that begin with it.
    (stored) => stored,
    (stored) => ({ ...stored, contact_points: ((stored.contact_points as Item[] | undefined) ?? []).map(addProofFields) }),
  ],
  derivedVisibility: {
    mergedInto: ({ merged_into }) => merged_into,
    mergedIds: ({ merged_ids }) => merged_ids ?? [],
    countGrantsByOwner: countGrantsByOwner,
  },
});

/** A merge, for the lineage: who was joined to whom, by whom, and whether that was taken back. */
export const StoredMerge = z.object({
  survivor_id: id(PERSON),
  merged_id: id(PERSON),
  choices: mergeChoices,
  reason: text(500).nullable(),
  undone_at: instant().nullable(),
  undone_by: actor().nullable(),
});
export type MergeRecord = z.output<typeof StoredMerge> & BaseRecord;

export const Merges = new Collection<MergeRecord>({
  kind: MERGE,
  schema: StoredMerge,
  row: ["survivor_id", "merged_id", "choices", "reason", "undone_at", "undone_by"],
  indexes: { by_time: indexBy(), by_related: indexBy("survivor_id") },
  parent: "survivor_id",
});

export const candidateStatuses = ["OPEN", "MERGED", "DISMISSED", "OBSOLETE"] as const;

const candidateReasons = z.array(z.object({ reason: z.string(), lead_id: z.string().nullable() }));

const PlainCandidate = z.object({
  version: z.number().int(),
  status: oneOf(candidateStatuses),
  score: z.number().int().min(0).max(100),
  reasons: candidateReasons,
  created_at: outputInstant(),
  updated_at: outputInstant(),
});
export type PlainCandidate = z.output<typeof PlainCandidate>;

/** Two persons who may be one: found by the stream or while records were made, decided by people. */
export const StoredCandidate = z.object({
  person_id: id(PERSON),
  other_person_id: id(PERSON),
  status: oneOf(candidateStatuses),
  score: z.number().int().min(0).max(100),
  reasons: candidateReasons,
  /** The candidate as it would be if nothing sealed were known of the two; null while that makes it none. */
  plain: PlainCandidate.nullable(),
  /** The status in that: what finds it for those who may not see sealed values. */
  queue: oneOf(candidateStatuses).nullable(),
});
export type CandidateRecord = z.output<typeof StoredCandidate> & BaseRecord;

export const Candidates = new Collection<CandidateRecord>({
  kind: CANDIDATE,
  schema: StoredCandidate,
  row: ["person_id", "other_person_id", "status", "score", "reasons", "plain", "queue"],
  indexes: {
    by_time: indexBy(),
    by_class: indexBy("queue", { sparse: true }),
    by_rank: { field: "status", sort: ({ score }) => pad(score, 3), sparse: false },
    // Ids begin with the birth of the younger person, so time has an order of its own.
    by_date: sortedIndexBy(({ created_at }) => created_at),
  },
  filters: { status: { index: "by_rank", field: "status" }, queue: { index: "by_class", field: "queue" } },
  sorts: { score: "by_rank", created_at: "by_date" },
  migrations: [(stored) => ({ ...stored, ...migratePlain(stored) })],
  subject: { groups: [{ person_id: PERSON, other_person_id: PERSON }], every: true },
  // What sealed values say of two persons is in the row, and not for all who see them.
  filterableFields: [],
  internal: ["plain", "queue"],
});

/** An earlier release did not keep apart what sealed values said: where they said something, it is not known what is left. */
function migratePlain(stored: Item): Pick<CandidateRecord, "plain" | "queue"> {
  const { version, status, score, reasons, created_at, updated_at } = stored as unknown as CandidateRecord;
  if (reasons.some(({ reason }) => /^(birth date|document number|IBAN) /.test(reason))) return { plain: null, queue: null };
  return { plain: { version, status, score, reasons, created_at, updated_at }, queue: status };
}
