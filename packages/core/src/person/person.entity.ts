import * as z from "zod";
import { instant, text } from "../kernel/schema.ts";
import { sortKeyOf, wordsOf, wordsOfEmail } from "../kernel/text.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/collection.ts";
import { wordsOfPhone } from "./contact.ts";

export const ContactPoint = z.object({
  contact_type: z.enum(["email", "phone"]),
  contact_value: text(255).describe("As typed"),
  normalized: z.string(),
  is_primary: z.boolean(),
  is_verified: z.boolean(),
  verified_at: instant().nullable(),
  is_shared: z.boolean().describe("Belongs to several persons, and so tells nobody apart"),
  lead_id: z.string().nullable(),
  original_lead_id: z.string().nullable(),
});
export type ContactPoint = z.output<typeof ContactPoint>;

/** A person: the personal key (seed 000, crm_personal_keys) with its contact points. */
export const Stored = z.object({
  external_key: text(255).nullable(),
  first_name: text(100).nullable(),
  last_name: text(100).nullable(),
  contact_points: z.array(ContactPoint),
});

export type PersonRecord = z.output<typeof Stored> & BaseRecord;

const valuesOf = (person: PersonRecord, type: ContactPoint["contact_type"]): ContactPoint[] =>
  person.contact_points.filter((point) => point.contact_type === type);

export const People = new Collection<PersonRecord>({
  kind: "person",
  schema: Stored,
  row: ["external_key", "first_name", "last_name", "contact_points"],
  indexes: { by_time: by(), by_rank: orderedBy((person) => sortKeyOf(person.last_name, person.first_name)) },
  sorts: { last_name: "by_rank" },
  words: (person) => [
    ...wordsOf(person.first_name),
    ...wordsOf(person.last_name),
    ...valuesOf(person, "email").flatMap((point) => wordsOfEmail(point.contact_value)),
    ...valuesOf(person, "phone").flatMap((point) => wordsOfPhone(point.normalized)),
  ],
});

/** Two persons who may be one: found while records were made, decided by people (see the persons work). */
export const StoredCandidate = z.object({
  person_id: z.string(),
  other_person_id: z.string(),
  status: z.enum(["OPEN", "MERGED", "DISMISSED"]),
  reasons: z.array(z.object({ reason: z.string(), lead_id: z.string().nullable() })),
});
export type CandidateRecord = z.output<typeof StoredCandidate> & BaseRecord;

export const Candidates = new Collection<CandidateRecord>({
  kind: "candidate",
  schema: StoredCandidate,
  row: ["person_id", "other_person_id", "status", "reasons"],
  indexes: { by_time: by(), by_status: by("status") },
  filters: { status: { index: "by_status", field: "status" } },
});
