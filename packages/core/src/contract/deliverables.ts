import type * as z from "zod";
import { inCurrency } from "../kernel/amount.ts";
import { useSettings } from "../kernel/context.ts";
import { happened } from "../kernel/day.ts";
import { type Detail, gathered, invalidAll } from "../kernel/error.ts";
import { newId } from "../kernel/id.ts";
import { filled } from "../kernel/schema.ts";
import { startOfDay } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { CONTRACT_DELIVERABLE } from "./contract.domain.ts";
import { type DeliverableRecord, deliverableFields } from "./contract.entity.ts";

/** What is owed by a contract, as it is stored. */

export type GivenDeliverable = z.output<z.ZodObject<typeof deliverableFields>>;

/** One of a list that is written anew: what is said of it, and what it was. */
export interface Draft {
  said: GivenDeliverable;
  had?: DeliverableRecord;
}

/** Where what is wrong with one is told. */
const inList = (at: number): string => `deliverables[${at}].`;

/** The list as it is stored, or all that is wrong with it. */
export async function settled(
  drafts: readonly Draft[],
  currency: string,
  at: (place: number) => string = inList,
): Promise<DeliverableRecord[]> {
  const details: Detail[] = [];
  const all: DeliverableRecord[] = [];
  for (const [place, draft] of drafts.entries()) {
    const under = { details: [] as Detail[] };
    const one = await gathered(under.details, oneOf(draft, currency), undefined);
    details.push(...under.details.map(({ field, message }) => ({ field: `${at(place)}${field}`, message })));
    if (one) all.push(one);
  }
  if (details.length > 0) throw invalidAll(details);
  return all;
}

async function oneOf({ said, had }: Draft, currency: string): Promise<DeliverableRecord> {
  const given = await Master.resolveAll(deliverableFields, filled(deliverableFields, said), had);
  const { due_date } = given;
  const isSameDay = had !== undefined && had.due_date === due_date;
  return {
    ...given,
    amount: inCurrency("amount", given.amount, currency),
    id: had?.id ?? newId(CONTRACT_DELIVERABLE),
    status: had?.status ?? "PENDING",
    delivered_at: had?.delivered_at ?? null,
    accepted_at: had?.accepted_at ?? null,
    created_at: had?.created_at ?? happened(),
    due_at: due_date === null ? null : isSameDay ? had.due_at : startOfDay(useSettings().timezone, due_date),
    told_at: isSameDay ? had.told_at : null,
  };
}
