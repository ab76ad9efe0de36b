import * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import { placeOf } from "../kernel/place.ts";
import { amount, currency, date, id, instant, master, name, reference, storedOf, tags } from "../kernel/schema.ts";
import { wordsOf, wordsOfNumber } from "../kernel/text.ts";
import { PRIORITIES } from "../masters/shared.masters.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { PERSON } from "../person/person.domain.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { changed } from "../storage/table/turn.ts";
import { USER } from "../user/user.domain.ts";
import { POTENTIAL } from "./potential.domain.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";
import { statusStage } from "./potential.rules.ts";

/** What people write on a potential: the columns of 000, with the currency that its value is of. */
export const fields = {
  status: master(POTENTIAL_STATUSES, "code").optional().describe("By code; `new` unless told otherwise"),
  stage: master(POTENTIAL_STAGES, "code").nullish().describe("By code"),
  priority: master(PRIORITIES, "code").nullish().describe("By code"),
  campaign_id: reference().nullish(),
  estimated_value: amount().nullish(),
  currency: currency().nullish().describe("The tenant's unless told otherwise"),
  probability_score: z.number().int().min(0).max(100).nullish().describe("Percent"),
  expected_close_date: date().nullish(),
  interested_products: z
    .array(name(100))
    .overwrite((given) => [...new Set(given)])
    .max(50)
    .default([])
    .describe("In words, or by their ids"),
  tags: tags().default([]),
};

export const Stored = z.object({
  potential_number: z.string(),
  personal_key_id: id(PERSON),
  assigned_to: id(USER).nullable().describe("null: waits to be taken"),
  ...storedOf(fields),
  custom_fields: CustomFields.stored(),
  status: master(POTENTIAL_STATUSES, "code"),
  status_changed_at: instant(),
  currency: z.string(),
  converted_at: instant().nullable(),
  converted_to_order_id: z.string().nullable().describe("The order that it became, as whoever converted it named it"),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  last_activity_date: instant().nullable(),
  status_stage: z.string().nullable(),
});

export type PotentialRecord = z.output<typeof Stored> & BaseRecord;

/** Sorts before every amount, and behind every date. */
const [NOTHING, NEVER] = ["-", "~"];

export const Potentials = new Collection<PotentialRecord>({
  kind: POTENTIAL,
  schema: Stored,
  row: [
    "potential_number",
    "personal_key_id",
    "assigned_to",
    "status",
    "stage",
    "priority",
    "campaign_id",
    "estimated_value",
    "currency",
    "probability_score",
    "expected_close_date",
    "interested_products",
    "tags",
    "status_changed_at",
    "converted_at",
    "converted_to_order_id",
    "converted_opportunity_id",
    "last_activity_date",
    "status_stage",
  ],
  indexes: {
    by_time: by(),
    by_owner: by("assigned_to"),
    by_status: by("status"),
    by_related: by("campaign_id", { sparse: true }),
    by_class: by("status_stage", { sparse: true }),
    by_outcome: by("stage", { sparse: true }),
    by_rank: orderedBy(({ estimated_value }) => (estimated_value === null ? NOTHING : placeOf("money", estimated_value))),
    by_date: orderedBy(({ expected_close_date }) => expected_close_date ?? NEVER),
  },
  owner: "assigned_to",
  reveals: { field: "personal_key_id" },
  needs: ["personal_key_id"],
  filters: {
    status: { index: "by_status", field: "status" },
    stage: { index: "by_outcome", field: "stage" },
    status_stage: { index: "by_class", field: "status_stage", separate: true },
    campaign: { index: "by_related", field: "campaign_id", separate: true },
  },
  sorts: { estimated_value: "by_rank", expected_close_date: "by_date" },
  computed: { status_stage: statusStage },
  internal: ["status_stage"],
  declares: [CustomFields.declarations],
  own: CustomFields.own,
  words: (potential) => [
    ...wordsOfNumber(potential.potential_number),
    ...potential.interested_products.flatMap((product) => wordsOf(product)),
  ],
  events: {
    status_changed: changed("status"),
    assigned: changed("assigned_to"),
    converted: (after, before) => before !== undefined && before.converted_at === null && after.converted_at !== null,
  },
  sensitivity: "confidential",
});
