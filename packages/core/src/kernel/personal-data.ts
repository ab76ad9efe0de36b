import type * as z from "zod";
import type { Kind } from "./id.ts";
import { findDeclared, valueSchema } from "./schema.ts";

/**
 * Personal data of a kind of record (docs/security/personal-data.md). Its collection declares who the records are about. Each field has the
 * class of data of its type, and names another class by `personalData` where it differs.
 */
export interface KindPersonalData {
  /** Why the tenant stores these records, as one sentence (Art. 30(1)(b) GDPR). */
  readonly purpose: string;
  /** The data subject of all fields that name no other subject. Without it, records are about no person, except for users in `staff` fields. */
  readonly subject?: DataSubject;
  /** Further data subjects in the same record, by the name that fields put before their class: `signer:identity`. */
  readonly others?: Readonly<Record<string, DataSubject>>;
  /** Classes of fields in a shape that other kinds share with other classes, by path: `line_items.note`. */
  readonly sharedFields?: Readonly<Record<string, FieldData>>;
  /** The values that the vault keeps, by name or by their path in a document. Required of kinds with sealed values. */
  readonly sealedValues?: Readonly<Record<string, DataClass>>;
  /** How long records are kept, if not until a user deletes them. */
  readonly retention?: string;
  /** Recipients outside of the tenant. */
  readonly recipients?: readonly Recipient[];
}

/**
 * Classes of personal data, with what each contains. `reference` is the id of a record that leads to the person. Free text may contain data
 * of any class and about any person.
 */
export const dataClasses = {
  identifier: "numbers and keys that identify the person",
  identity: "names, titles, signatures",
  contact: "email addresses, phone numbers, social accounts",
  government_id: "numbers of identity documents, licences and tax",
  birth: "date of birth",
  profile: "education, gender, personal traits and interests",
  location: "addresses, coordinates, country, time zone, language",
  financial: "income, budget, values, payment data",
  employment: "employer, job title, department, working hours",
  insurance: "insured persons and objects, policies, claims",
  communication: "content and headers of messages, calls and meetings",
  behavior: "interactions, opens, scores, answers, sentiment",
  relationship: "state and history of the business relationship",
  preference: "channels, languages and settings that the person prefers",
  consent: "consents, refusals and their evidence",
  technical: "IP address, user agent, device",
  credential: "passwords, tokens and keys that authenticate",
  free_text: "text and custom values that may contain anything",
  reference: "ids of records that lead to the person",
} as const;

export type DataClass = keyof typeof dataClasses;

/** Classes whose disclosure harms the person most. A sealed value has one of them. */
export const sensitiveClasses: readonly DataClass[] = [
  "government_id",
  "birth",
  "financial",
  "insurance",
  "communication",
  "credential",
  "free_text",
];

/**
 * What a field is: `none` (about no person), `staff` (the id of a user of the tenant), a class about the subject of the record, or a class about
 * another subject of it. An object or a list of objects is declared as a whole, or its members are.
 */
export type FieldData = "none" | "staff" | DataClass | `${string}:${DataClass}`;

const dataBySchema = new WeakMap<z.core.$ZodType, FieldData>();

/** Declares what a field is, where its type does not say so: `company: personalData("employment", oneLine(255).nullish())`. */
export function personalData<S extends z.ZodType>(data: FieldData, schema: S): S {
  dataBySchema.set(valueSchema(schema), data);
  return schema;
}

/** Returns what `personalData` declares for a field. */
export const findDeclaredData = (field: z.ZodType): FieldData | undefined => findDeclared(dataBySchema, valueSchema(field));

/** The categories of data subjects (Art. 30(1)(c) GDPR): persons outside of the tenant, and users of the system. */
export type SubjectCategory = "person" | "user";

export interface DataSubject {
  readonly category: SubjectCategory;
  /** All ways from the record to the person. Each that has a value is followed. */
  readonly paths: readonly SubjectPath[];
}

type SubjectPath =
  /** The record is the person. */
  | { readonly by: "self" }
  /** The field has the id of a record of the kind, whose own declaration leads on; without a kind, of any kind. */
  | { readonly by: "reference"; readonly field: string; readonly kind: Kind | undefined }
  /** The field has an email address or phone number, or the keyed hash of one, of the person or user. */
  | { readonly by: "contact_point" | "contact_point_hash"; readonly field: string };

/** Recipients outside of the tenant (Art. 30(1)(d) GDPR). */
export const recipients = {
  mail: "the provider that delivers mail",
  sms: "the provider that delivers text messages",
  signature: "the provider of electronic signatures, if one is connected",
  geocoder: "the geocoding service, if one is connected",
  link: "the holder of a link to the page of the record",
  public: "the public, on a page without sign-in",
  webhook: "the tenant's own webhook endpoints",
  sender: "the service that sent the data by webhook",
} as const;

type Recipient = keyof typeof recipients;

export const self: SubjectPath = { by: "self" };

/** `field` is a path such as `participants[].person_id`. */
export const reach = (field: string, kind: Kind): SubjectPath => ({ by: "reference", field, kind });

export const reachAny = (field: string): SubjectPath => ({ by: "reference", field, kind: undefined });

export const matchContactPoint = (field: string): SubjectPath => ({ by: "contact_point", field });

export const matchHash = (field: string): SubjectPath => ({ by: "contact_point_hash", field });

export const aboutPerson = (...paths: readonly SubjectPath[]): DataSubject => ({ category: "person", paths });

export const aboutUser = (...paths: readonly SubjectPath[]): DataSubject => ({ category: "user", paths });
