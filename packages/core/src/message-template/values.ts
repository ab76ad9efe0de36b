import { wholeName } from "../kernel/person-name.ts";
import { Master } from "../masters/master.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import type { Values } from "./merge-fields.rules.ts";

/** What merge fields say of records that were found, as those show themselves to whoever found them. */

/** Of each kind the fields that stand in a record under their own name; a number has the kind's before it. */
const own = {
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

export type Type = keyof typeof own;
export const types = Object.keys(own) as [Type, ...Type[]];

/** Kinds of people, who have a name in two parts. */
const people: ReadonlySet<string> = new Set(["contact", "lead", "person"]);

export type Found = Partial<Record<Type, object | undefined>>;
type Fields = Readonly<Record<string, unknown>>;

/** As of records that were found, with their owner and the tenant. */
export async function valuesAmong(found: Found, owner_id: string | null): Promise<Values> {
  const { person, opportunity } = found as { person?: Parameters<typeof valuesOfPerson>[0]; opportunity?: Fields };
  const [tenant, owner, stage] = await Promise.all([
    Tenant.get({}),
    owner_id === null ? undefined : Directory.active(owner_id),
    opportunity && Master.labelOf(OPPORTUNITY_STAGES, String(opportunity.stage_id)),
  ]);
  return {
    ...Object.assign(
      {},
      ...types
        .filter((type) => type in found)
        .map((type) => (type === "person" ? valuesOfPerson(person) : valuesIn(type, found[type]))),
    ),
    "opportunity.stage": stage ?? null,
    ...named("owner", owner),
    "owner.email": text(owner?.email),
    "tenant.name": tenant.name,
  };
}

/** What a record says by itself, without reading anything; of none nothing. */
export function valuesIn(type: Exclude<Type, "person">, record: object | undefined): Values {
  const fields = (record ?? {}) as Fields;
  const said = own[type].split(" ").map((field) => {
    const attribute = field === "number" || field === "value" ? `${type}_${field}` : field;
    return [`${type}.${field}`, text(fields[attribute])];
  });
  return { ...Object.fromEntries(said), ...(people.has(type) ? named(type, record) : {}) };
}

/** A person has several addresses, the primary one first. */
export const valuesOfPerson = (person: { emails?: readonly string[] } | undefined): Values => ({
  ...named("person", person),
  "person.email": text(person?.emails?.[0]),
});

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The name of somebody, of whatever kind. */
export function named(object: string, record: object | undefined): Values {
  const { first_name = null, last_name = null } = (record ?? {}) as Partial<Record<"first_name" | "last_name", string | null>>;
  return {
    [`${object}.first_name`]: first_name,
    [`${object}.last_name`]: last_name,
    [`${object}.full_name`]: wholeName({ first_name, last_name }),
  };
}
