import { formatFullName } from "../../kernel/person-name.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import type { Values } from "./merge-fields.rules.ts";

/** Values of merge fields from records that the caller has read. */

/** By kind: fields with the same name in the record. `number` and `value` have the kind as prefix there. */
const fieldNamesByType = {
  opportunity: "name number amount currency close_date next_step next_step_date",
  contact: "job_title email",
  customer: "name number",
  lead: "company number",
  person: "",
  quote: "name number net_amount total_amount currency expiration_date",
  proposal: "name number expiration_date",
  contract: "title number value currency start_date end_date",
  ticket: "number subject",
} as const;

export type SourceType = keyof typeof fieldNamesByType;
export const sourceTypes = Object.keys(fieldNamesByType) as [SourceType, ...SourceType[]];

/** Kinds of people, whose name has two parts. */
const personTypes: ReadonlySet<string> = new Set(["contact", "lead", "person"]);

export type FoundRecords = Partial<Record<SourceType, object | undefined>>;
type RecordFields = Readonly<Record<string, unknown>>;

/** Builds the values from records, their owner and the tenant. */
export async function buildMergeValues(records: FoundRecords, owner_id: string | null): Promise<Values> {
  const { person, opportunity } = records as { person?: Parameters<typeof buildPersonValues>[0]; opportunity?: RecordFields };
  const [tenant, owner, stage] = await Promise.all([
    Tenant.get({}),
    owner_id === null ? undefined : Directory.findActive(owner_id),
    opportunity && Master.findLabel(OPPORTUNITY_STAGES, String(opportunity.stage_id)),
  ]);
  return {
    ...Object.assign(
      {},
      ...sourceTypes
        .filter((type) => type in records)
        .map((type) => (type === "person" ? buildPersonValues(person) : extractRecordValues(type, records[type]))),
    ),
    "opportunity.stage": stage ?? null,
    ...buildNameValues("owner", owner),
    "owner.email": toText(owner?.email),
    "tenant.name": tenant.name,
  };
}

/** Returns the values of one record, without reads; none without a record. */
export function extractRecordValues(type: Exclude<SourceType, "person">, record: object | undefined): Values {
  const fields = (record ?? {}) as RecordFields;
  const entries = fieldNamesByType[type].split(" ").map((field) => {
    const attribute = field === "number" || field === "value" ? `${type}_${field}` : field;
    return [`${type}.${field}`, toText(fields[attribute])];
  });
  return { ...Object.fromEntries(entries), ...(personTypes.has(type) ? buildNameValues(type, record) : {}) };
}

/** Returns the values of a person. The first email address is the primary one. */
export const buildPersonValues = (person: { emails?: readonly string[] } | undefined): Values => ({
  ...buildNameValues("person", person),
  "person.email": toText(person?.emails?.[0]),
});

const toText = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Returns the name values of a person of any kind. */
export function buildNameValues(object: string, record: object | undefined): Values {
  const { first_name = null, last_name = null } = (record ?? {}) as Partial<Record<"first_name" | "last_name", string | null>>;
  return {
    [`${object}.first_name`]: first_name,
    [`${object}.last_name`]: last_name,
    [`${object}.full_name`]: formatFullName({ first_name, last_name }),
  };
}
