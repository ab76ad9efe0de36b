import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { RULE, RULE_SET } from "./rule.kind.ts";

export const statuses = ["DRAFT", "PUBLISHED"] as const;

/** A version of a rule. Once published it never changes, because decisions refer to it. */
export const Stored = z.object({
  rule_kind: z.string(),
  rule_set_id: id(RULE_SET),
  status: oneOf(statuses),
  number: z.number().int().nullable().describe("In order of publication; null for a draft, 0 for the default rule"),
  definition: personalData("staff", z.record(z.string(), z.json()).describe("Must conform to the schema of its kind")),
  note: text(1000).nullable().describe("Why the version was created"),
  valid_from: instant().nullable(),
  valid_to: instant().nullable().describe("In force before this time; null until another version replaces it"),
  published_at: instant().nullable(),
  published_by: actor().nullable(),
  based_on_id: id(RULE).nullable().describe("The version that it was created from"),
});

export type RuleRecord = z.output<typeof Stored> & BaseRecord;

export const RuleVersions = new Collection<RuleRecord>({
  kind: RULE,
  schema: Stored,
  personalData: { purpose: "Decide scores, assignments and automation by the tenant's rules." },
  row: [
    "rule_kind",
    "rule_set_id",
    "status",
    "number",
    "note",
    "valid_from",
    "valid_to",
    "published_at",
    "published_by",
    "based_on_id",
  ],
  indexes: { by_time: indexBy(), by_status: indexBy("status") },
  parent: "rule_set_id",
  filters: { status: { index: "by_status", field: "status" } },
});

/** The period in which a published version is in force; the highest number wins. */
export const Span = z.object({
  id: z.string(),
  number: z.number().int(),
  valid_from: z.string(),
  valid_to: z.string().nullable(),
});
export type Span = z.output<typeof Span>;

/** The record beside the versions of a kind: which of them are, or will be, in force. Publications are serialised by this record. */
export const StoredSet = z.object({
  rule_kind: z.string(),
  last_number: z.number().int(),
  spans: z.array(Span).describe("Published versions that are in force now or may be later"),
  applied_id: z
    .string()
    .describe("The version in force whose effects have been applied completely; empty while they are being applied"),
  due_at: instant().nullable().describe("When work is due: another version comes into force, or work continues"),
});

export type RuleSetRecord = z.output<typeof StoredSet> & BaseRecord;

/** Rules whose versions have been workflows since shape 2: their workflows are made by the work that follows from a rule. */
const workflowRules: readonly string[] = ["stage_automation", "automatic_follow_up", "ticket_answer"];

export const RuleSets = new Collection<RuleSetRecord>({
  kind: RULE_SET,
  schema: StoredSet,
  personalData: { purpose: "Schedule versions of a decision rule." },
  row: ["rule_kind", "last_number", "applied_id", "due_at"],
  indexes: { by_time: indexBy() },
  clocks: { work: ({ due_at }) => due_at },
  // Changes nothing: `migrateRecord` makes the work of some rules due again.
  migrations: [(stored) => stored],
  migrateRecord: async (set, _tx, shape) =>
    shape < 2 && workflowRules.includes(set.rule_kind) ? { ...set, applied_id: "", due_at: Clock.now() } : set,
});
