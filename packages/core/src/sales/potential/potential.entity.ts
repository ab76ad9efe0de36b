import * as z from "zod";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, name, reference, tags, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.kind.ts";
import { POTENTIAL } from "./potential.kind.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";
import { statusStage } from "./potential.rules.ts";

/** Fields of a potential that users write. */
export const fields = {
  status: master(POTENTIAL_STATUSES, "code").optional().describe("If empty, the status new"),
  stage: master(POTENTIAL_STAGES, "code").nullish().describe("The stage in the sales process"),
  priority: master(PRIORITIES, "code").nullish().describe("Code of the priority"),
  campaign_id: personalData("none", reference(CAMPAIGN, { wasText: true }).nullish()),
  estimated_value: amount().nullish(),
  currency: currency().nullish().describe("If empty, the currency of the organization"),
  probability_score: personalData("behavior", z.number().int().min(0).max(100).nullish().describe("Percent")),
  expected_close_date: date().nullish(),
  interested_products: personalData(
    "profile",
    z
      .array(name(100))
      .overwrite((products) => [...new Set(products)])
      .max(50)
      .default([])
      .describe("As text, or by product id"),
  ),
  tags: tags().default([]),
};

export const Stored = z.object({
  potential_number: personalData("identifier", z.string()),
  personal_key_id: id(PERSON),
  assigned_to: id(USER).nullable().describe("null if the potential is unassigned"),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  status: master(POTENTIAL_STATUSES, "code"),
  status_changed_at: instant(),
  currency: personalData("financial", z.string()),
  converted_at: instant().nullable(),
  converted_to_order_id: personalData(
    "reference",
    z.string().nullable().describe("The order that it became, as named in the conversion request"),
  ),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  last_activity_date: instant().nullable(),
  status_stage: personalData("relationship", z.string().nullable()),
});

export type PotentialRecord = z.output<typeof Stored> & BaseRecord;

/** Sort keys before every amount, and after every date. */
const [LOWEST_AMOUNT_KEY, HIGHEST_DATE_KEY] = ["-", "~"];

export const Potentials = new Collection<PotentialRecord>({
  kind: POTENTIAL,
  schema: Stored,
  personalData: {
    purpose: "Judge which persons may buy.",
    subject: aboutPerson(reach("personal_key_id", PERSON)),
    recipients: ["webhook"],
  },
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
  links: { below: ["activities"], names: { personal_key_id: "person", converted_opportunity_id: "opportunity" } },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("assigned_to"),
    by_status: indexBy("status"),
    by_related: indexBy("campaign_id", { sparse: true }),
    by_class: indexBy("status_stage", { sparse: true }),
    by_outcome: indexBy("stage", { sparse: true }),
    by_rank: sortedIndexBy(({ estimated_value }) =>
      estimated_value === null ? LOWEST_AMOUNT_KEY : toSortKey("money", estimated_value),
    ),
    by_date: sortedIndexBy(({ expected_close_date }) => expected_close_date ?? HIGHEST_DATE_KEY),
  },
  owner: "assigned_to",
  person: "personal_key_id",
  visibilityGrant: { field: "personal_key_id" },
  requiredReferences: ["personal_key_id"],
  filters: {
    status: { index: "by_status", field: "status" },
    stage: { index: "by_outcome", field: "stage" },
    status_stage: { index: "by_class", field: "status_stage", hasOwnCounters: true },
    campaign: { index: "by_related", field: "campaign_id", hasOwnCounters: true },
  },
  sorts: { estimated_value: "by_rank", expected_close_date: "by_date" },
  computed: { status_stage: statusStage },
  internal: ["status_stage"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (potential) => [
    ...numberSearchWords(potential.potential_number),
    ...potential.interested_products.flatMap((product) => textSearchWords(product)),
  ],
  events: {
    status_changed: fieldChanged("status"),
    assigned: fieldChanged("assigned_to"),
    converted: (after, before) => before !== undefined && before.converted_at === null && after.converted_at !== null,
  },
  sensitivity: "confidential",
});
