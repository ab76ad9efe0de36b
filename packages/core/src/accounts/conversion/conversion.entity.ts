import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { CONVERSION } from "./conversion.kind.ts";

export const statuses = ["MOVING", "MOVED"] as const;

/** One conversion of a lead: the decision, its inputs, and whether the records of the lead have moved to their new parents. */
export const Stored = z.object({
  lead_id: id(LEAD),
  personal_key_id: id(PERSON),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT),
  opportunity_id: id(OPPORTUNITY),
  follow_up_activity_id: id(ACTIVITY),
  customer_is_new: personalData("relationship", z.boolean()),
  contact_is_new: personalData("relationship", z.boolean()),
  opportunity_is_new: personalData("relationship", z.boolean()),
  lead_score: personalData("behavior", z.number().int().describe("Score at the time of the conversion")),
  min_score: personalData("behavior", z.number().int().describe("Minimum score that was required")),
  rule: personalData(
    "none",
    z.object({ kind: z.string(), id: z.string(), number: z.number().int() }).describe("The rule version that was applied"),
  ),
  passed_over: personalData("none", z.array(z.string()).describe("Requirements that the lead did not meet and that were waived")),
  override_reason: z.string().nullable(),
  status: personalData(
    "relationship",
    oneOf(statuses).describe("MOVING while activities, interactions and contacts of the lead are being moved"),
  ),
  turn: z.number(),
  attention_at: personalData("none", instant().nullable()),
});

export type ConversionRecord = z.output<typeof Stored> & BaseRecord;

/** Whether records of the lead are still to be moved. */
export const isOpen = ({ status }: Pick<ConversionRecord, "status">): boolean => status === "MOVING";

export const Conversions = new Collection<ConversionRecord>({
  kind: CONVERSION,
  schema: Stored,
  personalData: {
    purpose: "Record how a lead became a customer.",
    subject: aboutPerson(
      reach("personal_key_id", PERSON),
      reach("lead_id", LEAD),
      reach("customer_id", CUSTOMER),
      reach("contact_id", CONTACT),
    ),
  },
  row: ["lead_id", "personal_key_id", "customer_id", "contact_id", "opportunity_id", "status", "turn", "attention_at"],
  indexes: { by_time: indexBy() },
  ...Job.resumableDefinition<ConversionRecord>(isOpen),
  // A released version returned `turn` and `attention_at`, so they stay in responses (docs/versions.md).
  internal: [],
});
