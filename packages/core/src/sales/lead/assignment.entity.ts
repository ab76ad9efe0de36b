import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, text } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { methods } from "../assignment/assignment.rules.ts";
import { RuleReference } from "../scoring/schemas.ts";
import { ASSIGNMENT, LEAD, LEAD_WAIT } from "./lead.kind.ts";

/** Ways in which a lead got its owner: by hand, by a list in a request, or by a method of a rule. */
export const allMethods = ["MANUAL", "LIST", ...methods] as const;

/** One assignment of a lead, and its reason. */
export const Stored = z.object({
  lead_id: id(LEAD),
  personal_key_id: id(PERSON),
  from_owner_id: id(USER).nullable().describe("null if the lead was unassigned or just created"),
  to_owner_id: id(USER).nullable().describe("null if the lead is unassigned"),
  method: personalData("relationship", oneOf(allMethods)),
  rule: RuleReference.nullable().describe("The version that chose the owner; null if a person did"),
  rule_name: personalData("none", z.string().nullable().describe("The matching rule in the version; null for `otherwise`")),
  reason: text(500).nullable(),
  assigned_by: actor(),
  assigned_at: instant(),
});

export type AssignmentRecord = z.output<typeof Stored> & BaseRecord;

export const Assignments = new HistoryCollection<AssignmentRecord>({
  kind: ASSIGNMENT,
  schema: Stored,
  personalData: {
    purpose: "Explain who works on a lead and why.",
    subject: aboutPerson(reach("lead_id", LEAD), reach("personal_key_id", PERSON)),
  },
  row: [
    "lead_id",
    "personal_key_id",
    "from_owner_id",
    "to_owner_id",
    "method",
    "rule",
    "rule_name",
    "reason",
    "assigned_by",
    "assigned_at",
  ],
  parent: "lead_id",
});

/** A lead that waits for a free user whom the rule may choose. The record is deleted when the lead is assigned. */
export const StoredWait = z.object({
  lead_id: id(LEAD),
  owner_id: id(USER).nullable().describe("The absent user who owns the lead meanwhile"),
  since: instant(),
  next_at: personalData("none", instant().describe("When the rule is evaluated again")),
});

export type WaitRecord = z.output<typeof StoredWait> & BaseRecord;

export const Waits = new Collection<WaitRecord>({
  kind: LEAD_WAIT,
  schema: StoredWait,
  personalData: { purpose: "Assign leads again for which no user was free.", subject: aboutPerson(reach("lead_id", LEAD)) },
  row: ["lead_id"],
  indexes: {},
  clocks: { retry: ({ next_at }) => next_at },
});
