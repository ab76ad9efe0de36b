import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { nameSortKey } from "../../kernel/person-name.ts";
import { aboutPerson, personalData, reach, self } from "../../kernel/personal-data.ts";
import { phoneNumberWords } from "../../kernel/phone-words.ts";
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
import { countGrantsByOwner } from "./owner-grants.ts";
import { CANDIDATE, MERGE, PERSON, personGrants } from "./person.kind.ts";

export const pointTypes = ["email", "phone", "social"] as const;

/** The platform of a social contact point. The platform's own id distinguishes people of the same name. */
export const platformFields = {
  platform_name: personalData("contact", name(50).nullish()),
  platform_user_id: personalData("identifier", text(255).nullish()),
  platform_page_id: personalData("identifier", text(255).nullish()),
  platform_profile_url: url(500).nullish(),
} satisfies Shape;

/** How a contact point was verified (docs/people/verification.md). */
export const proofMethods = ["code", "link", "staff", "provider"] as const;
export type ProofMethod = (typeof proofMethods)[number];

/** The fields of a contact point that is not verified. */
export const unverifiedFields = { is_verified: false, verified_at: null, verified_by: null, verified_by_id: null } as const;

export const ContactPoint = z.object({
  id: personalData("identifier", z.string().describe("Unique within the person")),
  contact_type: personalData("contact", oneOf(pointTypes)),
  contact_value: personalData("contact", text(255).describe("As typed")),
  normalized: personalData(
    "contact",
    z.string().nullable().describe("Normalized form for comparison; null if the value cannot be parsed"),
  ),
  is_primary: personalData("relationship", z.boolean().describe("One contact point of each type is primary")),
  is_verified: personalData("relationship", z.boolean()),
  verified_at: instant().nullable(),
  verified_by: personalData(
    "relationship",
    oneOf(proofMethods)
      .nullable()
      .describe("Method of verification; null if not verified, or if an earlier release accepted it as entered"),
  ),
  verified_by_id: actor().nullable().describe("The actor who verified it"),
  is_shared: personalData(
    "relationship",
    z.boolean().describe("Belongs to several persons, so it does not identify one of them"),
  ),
  ...toStoredShape(platformFields),
  lead_id: personalData("reference", z.string().nullable().describe("The lead that named it most recently")),
  original_lead_id: personalData("reference", z.string().nullable().describe("The lead that named it first")),
  created_at: outputInstant(),
  updated_at: outputInstant(),
});
export type ContactPoint = z.output<typeof ContactPoint>;

/** Adds the fields of verification to a contact point of an earlier release. */
const addProofFields = (point: Item): Item => ({ verified_by: null, verified_by_id: null, ...point });

const usualAddressTypes = {
  primary: "Primary",
  home: "Home address",
  business: "Work address",
  billing: "Billing",
  shipping: "Shipping",
  mailing: "Mailing",
  other: "Other",
};

const usualDocumentTypes = {
  passport: "Passport",
  national_id: "National ID",
  drivers_license: "Driver's license",
  residence_permit: "Residence permit",
  tax_id: "Tax ID",
  other: "Other",
};

/** The fields of an address that users write. */
export const addressFields = {
  type: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z][a-z0-9_]{0,29}$/, "Must be a type such as billing")
    .meta({ examples: ["billing"], "x-usual": usualAddressTypes })
    .default("primary"),
  ...postalAddressFields,
  is_default: z.boolean().optional().describe("The default address of its type; initially the first one"),
} satisfies Shape;

export const Address = z.object({
  id: z.string().describe("Unique within the person"),
  ...toStoredShape(addressFields),
  is_default: z.boolean(),
  ...addressSystemFields,
});
export type Address = z.output<typeof Address>;

/** Adds the result of the postal code check to an address of an earlier release. */
const addPostalCodeCheck = (address: Item): Item => ({ is_postal_code_valid: null, ...address });

export { consentStatuses, Preference } from "../consent/preference.schema.ts";

export const mergeChoices = personalData("relationship", z.record(z.string().max(200), oneOf(["survivor", "merged"])));

/** A person merged into another one, with the caller's choices. */
export const JoinedPerson = z.object({
  id: z.string().describe("Id of the merge"),
  person_id: z.string(),
  choices: mergeChoices,
});
export type JoinedPerson = z.output<typeof JoinedPerson>;

export const educationLevels = ["none", "secondary", "associate", "bachelors", "masters", "phd"] as const;
export const elements = ["WOOD", "FIRE", "EARTH", "METAL", "WATER"] as const;

/** The fields of a person that users write, except contact points, addresses, preferences and sensitive fields. */
export const fields = {
  external_key: personalData(
    "identifier",
    name(255).nullish().describe("Key of the person in another system; unique in the organization"),
  ),
  first_name: personalData("identity", name(100).nullish()),
  last_name: personalData("identity", name(100).nullish()),
  display_name: personalData("identity", name(255).nullish()),
  title: personalData("identity", name(100).nullish()),
  job_title: personalData("employment", oneLine(150).nullish()),
  education_level: personalData("profile", oneOf(educationLevels).nullish()),
  five_element: personalData(
    "profile",
    oneLine(100)
      .overwrite((typed) => elements.find((element) => element === typed.trim().toUpperCase()) ?? typed)
      .nullish()
      .describe(`${elements.join(", ")} in upper or lower case, or the tenant's own terms`),
  ),
  intention: personalData("profile", text(2000).nullish()),
  notes: text(50_000).nullish(),
  custom_attributes: json(32 * 1024).nullish(),
  preferred_contact_method: personalData("preference", master(COMMUNICATION_CHANNELS, "code").nullish()),
  document_type: personalData(
    "government_id",
    oneLine(50).meta({ "x-usual": usualDocumentTypes }).nullish().describe("Type of the document: passport, national_id, …"),
  ),
  document_country: personalData(
    "government_id",
    z
      .string()
      .regex(/^[A-Z]{2}$/, "Must be an ISO 3166-1 alpha-2 code")
      .meta({ examples: ["DE"] })
      .nullish(),
  ),
} satisfies Shape;

/** A person: profile, contact points and addresses. */
export const Stored = z.object({
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  emails: personalData(
    "contact",
    z
      .array(z.string())
      .describe("Email addresses of the contact points, the primary one first")
      .meta({ "x-derived-from": "contact_points" }),
  ),
  phones: personalData(
    "contact",
    z
      .array(z.string())
      .describe("Telephone numbers of the contact points, in E.164 if they can be parsed, the primary one first")
      .meta({ "x-derived-from": "contact_points" }),
  ),
  social_accounts: personalData(
    "contact",
    z
      .array(z.string())
      .describe("Accounts of the contact points, as `platform:account` if they can be parsed, the primary one first")
      .meta({ "x-derived-from": "contact_points" }),
  ),
  countries: personalData(
    "location",
    z
      .array(z.string())
      .describe("Countries of the addresses, by ISO 3166-1 code, without duplicates")
      .meta({ "x-derived-from": "addresses" }),
  ),
  contact_points: z.array(ContactPoint),
  addresses: personalData("location", z.array(Address)),
  preferences: personalData("consent", z.array(Preference)),
  /** Sensitive values encrypted with the person's own key, by name; `own.…` while another person's value is shown. */
  sealed: Sealed.nullable(),
  /** What callers without the right to sensitive values are shown: name → text. */
  masks: personalData("government_id", z.record(z.string(), z.string()).nullable()),
  /** Keyed hashes for finding and comparing sensitive values: name → hashes. */
  hashes: personalData("government_id", z.record(z.string(), z.array(z.string())).nullable()),
  merged_into: personalData("reference", z.string().nullable().describe("The person that this one was merged into")),
  merged_ids: personalData(
    "reference",
    z.array(z.string()).describe("Persons that were merged into this one; their ids lead here"),
  ),
  merges: personalData("reference", z.array(JoinedPerson).describe("Merges into this person that are in effect, in order")),
  /** The survivor's own values while another person's value is shown: slot → value (see merge.rules.ts). */
  own: z.record(z.string(), z.json()).nullable(),
});

export type PersonRecord = z.output<typeof Stored> & BaseRecord;

/** Lists the social accounts, normalized, or as typed if they cannot be parsed. The primary one is first. */
export const listAccounts = (points: readonly ContactPoint[]): string[] =>
  points
    .filter(({ contact_type }) => contact_type === "social")
    .sort((a, b) => Number(b.is_primary) - Number(a.is_primary))
    .map(({ normalized, contact_value }) => normalized ?? contact_value);

/** Lists the countries of addresses without duplicates. */
export const listCountries = (addresses: readonly Pick<Address, "country">[]): string[] => [
  ...new Set(addresses.flatMap(({ country }) => country ?? [])),
];

/** The fields of a person without any values. */
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
  personalData: {
    purpose: "Hold one profile of each person whom the tenant deals with, so that all records about the person lead to it.",
    sharedFields: { sealed: "government_id" },
    subject: aboutPerson(self),
    sealedValues: { birth_date: "birth", document_number: "government_id", bank_account: "financial" },
    recipients: ["webhook", "geocoder"],
  },
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
  links: {
    below: ["timeline", "merges", "duplicates", "journey", "leads", "customers", "potentials", "activities"],
    more: { all: "/persons/{id}/360" },
  },
  indexes: { by_time: indexBy(), by_rank: sortedIndexBy(nameSortKey) },
  sorts: { last_name: "by_rank" },
  searchWords: (person) => [
    ...textSearchWords(person.first_name),
    ...textSearchWords(person.last_name),
    ...textSearchWords(person.display_name),
    ...person.emails.flatMap(emailSearchWords),
    ...person.phones.flatMap(phoneNumberWords),
    // Rows last written by an earlier release have no social accounts.
    ...(person.social_accounts ?? []).flatMap(textSearchWords),
  ],
  pathDeclarationSources: [CustomFields.listDeclarations, listDeclarations],
  customListFields: CustomFields.listListFields,
  detail: { custom_attributes: {} },
  sealed: "sealed",
  internal: ["masks", "hashes", "own"],
  unsealPermission: personGrants.sensitive,
  migrations: [
    (stored) => ({ ...stored, social_accounts: listAccounts(stored.contact_points as ContactPoint[]) }),
    (stored) => ({ ...stored, addresses: ((stored.addresses as Item[] | undefined) ?? []).map(addPostalCodeCheck) }),
    // Changes nothing: the write passes through the stream, which stores the person's visibility entries.
    (stored) => stored,
    // Rewrites the index key of the name order as well.
    (stored) => ({ ...stored, countries: listCountries((stored.addresses as Address[] | undefined) ?? []) }),
    // Rewrites the index key of the name order: a name sorts before those that begin with it.
    (stored) => stored,
    (stored) => ({ ...stored, contact_points: ((stored.contact_points as Item[] | undefined) ?? []).map(addProofFields) }),
    // Changes nothing: the write packs the contact points, and the stream consumer then rewrites the match entry with a digest.
    (stored) => stored,
  ],
  missingValues: { addresses: [], preferences: [], merged_ids: [], merges: [] },
  packedLists: {
    contact_points: {
      members: Object.keys(ContactPoint.shape),
      usual: {
        normalized: { sameAs: "contact_value" },
        is_primary: { value: true },
        is_verified: { value: false },
        is_shared: { value: false },
        original_lead_id: { sameAs: "lead_id" },
        updated_at: { sameAs: "created_at" },
      },
    },
  },
  derivedVisibility: {
    mergedInto: ({ merged_into }) => merged_into,
    mergedIds: ({ merged_ids }) => merged_ids ?? [],
    countGrantsByOwner: countGrantsByOwner,
  },
});

/** A merge in the lineage of persons: survivor, merged person, user, and whether it was undone. */
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
  personalData: {
    purpose: "Record which profiles were merged, so that a merge can be undone.",
    subject: aboutPerson(reach("survivor_id", PERSON), reach("merged_id", PERSON)),
  },
  row: ["survivor_id", "merged_id", "choices", "reason", "undone_at", "undone_by"],
  indexes: { by_time: indexBy(), by_related: indexBy("survivor_id") },
  parent: "survivor_id",
});

export const candidateStatuses = ["OPEN", "MERGED", "DISMISSED", "OBSOLETE"] as const;

const candidateReasons = personalData("relationship", z.array(z.object({ reason: z.string(), lead_id: z.string().nullable() })));

const PlainCandidate = personalData(
  "relationship",
  z.object({
    version: z.number().int(),
    status: oneOf(candidateStatuses),
    score: z.number().int().min(0).max(100),
    reasons: candidateReasons,
    created_at: outputInstant(),
    updated_at: outputInstant(),
  }),
);
export type PlainCandidate = z.output<typeof PlainCandidate>;

/** A pair of persons who may be the same: found by the stream or when records were written, decided by users. */
export const StoredCandidate = z.object({
  person_id: id(PERSON),
  other_person_id: id(PERSON),
  status: personalData("relationship", oneOf(candidateStatuses)),
  score: personalData("relationship", z.number().int().min(0).max(100)),
  reasons: candidateReasons,
  /** The candidate as it would be without any sensitive values; null if it would be none. */
  plain: PlainCandidate.nullable(),
  /** The status of `plain`: the index for callers without the right to sensitive values. */
  queue: personalData("relationship", oneOf(candidateStatuses).nullable()),
});
export type CandidateRecord = z.output<typeof StoredCandidate> & BaseRecord;

export const Candidates = new Collection<CandidateRecord>({
  kind: CANDIDATE,
  schema: StoredCandidate,
  personalData: {
    purpose: "Propose profiles that may be the same person.",
    subject: aboutPerson(reach("person_id", PERSON), reach("other_person_id", PERSON)),
  },
  row: ["person_id", "other_person_id", "status", "score", "reasons", "plain", "queue"],
  indexes: {
    by_time: indexBy(),
    by_class: indexBy("queue", { sparse: true }),
    by_rank: { field: "status", sort: ({ score }) => pad(score, 3), sparse: false },
    // Ids begin with the creation time of the younger person, so the time of the candidate needs an index of its own.
    by_date: sortedIndexBy(({ created_at }) => created_at),
  },
  filters: { status: { index: "by_rank", field: "status" }, queue: { index: "by_class", field: "queue" } },
  sorts: { score: "by_rank", created_at: "by_date" },
  migrations: [(stored) => ({ ...stored, ...migratePlain(stored) })],
  subject: { groups: [{ person_id: PERSON, other_person_id: PERSON }], every: true },
  // The row contains results of sensitive values, which not all users who see both persons may see.
  filterableFields: [],
  internal: ["plain", "queue"],
});

/** Migrates a candidate of an earlier release, which did not store `plain`. If sensitive values contributed, the rest is unknown: null. */
function migratePlain(stored: Item): Pick<CandidateRecord, "plain" | "queue"> {
  const { version, status, score, reasons, created_at, updated_at } = stored as unknown as CandidateRecord;
  if (reasons.some(({ reason }) => /^(birth date|document number|IBAN) /.test(reason))) return { plain: null, queue: null };
  return { plain: { version, status, score, reasons, created_at, updated_at }, queue: status };
}
