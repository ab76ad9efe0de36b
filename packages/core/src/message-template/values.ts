import { CONTACT } from "../contact/contact.domain.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { invalid } from "../kernel/error.ts";
import { isId, type Kind } from "../kernel/id.ts";
import { wholeName } from "../kernel/person-name.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Master } from "../masters/master.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import type { Opportunity } from "../opportunity/opportunity.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import type { Values } from "./merge-fields.rules.ts";

/** What merge fields say around a record: of the record, and of those that it names, as far as the caller sees them. */

const kinds = { opportunity: OPPORTUNITY, contact: CONTACT, customer: CUSTOMER, lead: LEAD } as const satisfies Record<
  string,
  Kind
>;

type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

/** Fields of people, of whatever kind. */
type Named = Record<"first_name" | "last_name", string | null>;
type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;
export type Found = Partial<Record<Type, BaseRecord & Record<string, unknown>>>;

/** A 400 where it is not there, or not shown to the caller. */
export async function valuesAround(id: string, type?: Type): Promise<Values> {
  const told = types.find((each) => isId(id, kinds[each]));
  if (!told || (type && type !== told)) throw invalid("related_to_id", `Not the id of ${type ? `this kind` : types.join(", ")}`);
  const record = (await Records.shown(kinds[told], id)) as Found[Type];
  if (!record) throw invalid("related_to_id", `No such ${told}`);
  return valuesOf(told, record);
}

/** As of a record that was read. */
export async function valuesOf(type: Type, record: BaseRecord & object): Promise<Values> {
  const own = record as NonNullable<Found[Type]>;
  const beside = (["contact", "customer", "lead"] as const).flatMap((each) => {
    const named = each === type ? null : own[`${each}_id`];
    return typeof named === "string" ? [{ each, kind: kinds[each], id: named }] : [];
  });
  const shown = await Records.shownOf(beside);
  const found: Found = { [type]: own };
  for (const { each, id } of beside) found[each] = shown.get(id) as Found[Type];
  return valuesAmong(found, typeof own.owner_id === "string" ? own.owner_id : null);
}

/** As of records that were found. */
export async function valuesAmong(found: Found, owner_id: string | null): Promise<Values> {
  const [tenant, owner] = await Promise.all([Tenant.get({}), owner_id === null ? undefined : Directory.active(owner_id)]);
  return {
    ...(await ofOpportunity(found.opportunity as OpportunityRecord | undefined)),
    ...valuesOfPeople(found),
    ...named("owner", owner),
    "owner.email": text(owner?.email),
    "tenant.name": tenant.name,
  };
}

/** What contact, customer and lead say by themselves. */
export const valuesOfPeople = ({ contact, customer, lead }: Omit<Found, "opportunity">): Values => ({
  ...named("contact", contact),
  "contact.job_title": text(contact?.job_title),
  "contact.email": text(contact?.email),
  "customer.name": text(customer?.name),
  "customer.number": text(customer?.customer_number),
  ...named("lead", lead),
  "lead.company": text(lead?.company),
  "lead.number": text(lead?.lead_number),
});

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const named = (object: "contact" | "lead" | "owner" | "requester" | "agent", record: object | undefined): Values => {
  const { first_name = null, last_name = null } = (record ?? {}) as Partial<Named>;
  return {
    [`${object}.first_name`]: first_name,
    [`${object}.last_name`]: last_name,
    [`${object}.full_name`]: wholeName({ first_name, last_name }),
  };
};

async function ofOpportunity(opportunity: OpportunityRecord | undefined): Promise<Values> {
  if (!opportunity) return {};
  return {
    "opportunity.name": opportunity.name,
    "opportunity.number": opportunity.opportunity_number,
    "opportunity.stage": (await Master.labelOf(OPPORTUNITY_STAGES, opportunity.stage_id)) ?? null,
    "opportunity.amount": opportunity.amount,
    "opportunity.currency": opportunity.currency,
    "opportunity.close_date": opportunity.close_date,
    "opportunity.next_step": opportunity.next_step,
    "opportunity.next_step_date": opportunity.next_step_date,
  };
}
