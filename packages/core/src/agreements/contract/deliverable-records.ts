import type * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { useSettings } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { collectDetails, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { type DeliverableRecord, deliverableFields } from "./contract.entity.ts";
import { CONTRACT_DELIVERABLE } from "./contract.kind.ts";

/** Builds the stored deliverables of a contract. */

export type DeliverableInput = z.output<z.ZodObject<typeof deliverableFields>>;

/** A deliverable of a rewritten list: its input, and the stored record that it replaces. */
export interface DeliverableDraft {
  input: DeliverableInput;
  previous?: DeliverableRecord;
}

/** Prefix for the field names of errors. */
const deliverablePath = (index: number): string => `deliverables[${index}].`;

/** Returns the stored list. Throws one error with all faults. */
export async function buildDeliverables(
  drafts: readonly DeliverableDraft[],
  currency: string,
  pathAt: (place: number) => string = deliverablePath,
): Promise<DeliverableRecord[]> {
  const details: ErrorDetail[] = [];
  const all: DeliverableRecord[] = [];
  for (const [place, draft] of drafts.entries()) {
    const draftErrors = { details: [] as ErrorDetail[] };
    const deliverable = await collectDetails(draftErrors.details, buildDeliverable(draft, currency), undefined);
    details.push(...draftErrors.details.map(({ field, message }) => ({ field: `${pathAt(place)}${field}`, message })));
    if (deliverable) all.push(deliverable);
  }
  if (details.length > 0) throw invalidAll(details);
  return all;
}

async function buildDeliverable({ input, previous }: DeliverableDraft, currency: string): Promise<DeliverableRecord> {
  const resolvedInput = await Master.resolveAll(deliverableFields, toStoredFields(deliverableFields, input), previous);
  const { due_date } = resolvedInput;
  const isSameDay = previous !== undefined && previous.due_date === due_date;
  return {
    ...resolvedInput,
    amount: toCurrencyPrecision("amount", resolvedInput.amount, currency),
    id: previous?.id ?? newId(CONTRACT_DELIVERABLE),
    status: previous?.status ?? "PENDING",
    delivered_at: previous?.delivered_at ?? null,
    accepted_at: previous?.accepted_at ?? null,
    created_at: previous?.created_at ?? requestTime(),
    due_at: due_date === null ? null : isSameDay ? previous.due_at : startOfDay(useSettings().timezone, due_date),
    told_at: isSameDay ? previous.told_at : null,
  };
}
