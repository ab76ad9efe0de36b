import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { type StoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { daysBetween, startOfDay } from "../../kernel/time-zone.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { type ContractRecord, deliverableFields, isSigned, MAX_DELIVERABLES } from "../contract/contract.entity.ts";
import { buildDeliverables } from "../contract/deliverable-records.ts";
import { type AgreedState, findStaleFields } from "../contract/effective-figures.rules.ts";
import { isOver, resolveEndStatus } from "../contract/lifecycle.ts";
import { type AmendmentRecord, type Clause, type DeliverableTerms, fields, type Scope } from "./amendment.entity.ts";
import { ContractAmendmentApproval } from "./approval.rule-kind.ts";
import { type Baseline, loadBaseline, toChange, toChangePosition, toDeliverableTerms, toScope } from "./baseline.ts";
import {
  type ChangePosition,
  computeFigures,
  describeStaleFields,
  findFaults,
  toFigureSet,
  toOriginalFigures,
} from "./changes.rules.ts";

/**
 * Drawing: each time a caller writes an amendment, its figures are computed from the baseline of its contract. Later changes of the contract do not
 * update it.
 */

export type AmendmentFields = StoredFields<typeof fields>;
type ScopeInput = NonNullable<z.output<z.ZodObject<typeof fields>>["deliverables"]>;

type DerivedFields = Pick<
  AmendmentRecord,
  | "contract_value"
  | "value_delta"
  | "monthly_fee"
  | "figures"
  | "deliverables"
  | "clauses"
  | "impacted_clauses"
  | "currency"
  | "effective_at"
  | "drawn_at"
>;

/**
 * Maximum size in bytes of a contract's deliverables, including those that the amendment adds. The contract's item must stay below DynamoDB's limit.
 */
const MAX_DELIVERABLE_BYTES = 250_000;

/** Throws unless the contract is signed by both sides and has not ended. */
export function requireAmendable(contract: ContractRecord): void {
  const { status, customer_signed, company_signed, contract_number } = contract;
  if (isOver(contract))
    throw conflict(`The contract ${contract_number} has ended: the status is ${resolveEndStatus(contract)}`, [
      { field: "id", message: `The contract is ${resolveEndStatus(contract)}` },
    ]);
  if (status === "ACTIVE" || (status === "APPROVED" && isSigned(contract) && customer_signed && company_signed)) return;
  throw conflict(`The contract ${contract_number} is ${status} and not agreed yet: change the contract itself`, [
    { field: "id", message: `The contract is ${status}` },
  ]);
}

/** Returns the errors in the effective date. */
export async function findDateFaults(
  { effective_date }: Pick<AmendmentFields, "effective_date">,
  contract: ContractRecord,
): Promise<ErrorDetail[]> {
  const buildFaults = (message: string): ErrorDetail[] => [{ field: "effective_date", message }];
  const { start_date, end_date, auto_renew, renewal } = contract;
  const isRenewed = renewal?.settled_for === end_date && renewal.outcome === "RENEW";
  if (effective_date < start_date) return buildFaults(`Must not be before the contract's first day, ${start_date}`);
  if (effective_date > end_date && !auto_renew && !isRenewed)
    return buildFaults(`Must not be after the contract's last day, ${end_date}`);
  const now = today();
  if (effective_date >= now) return [];
  const { days_back } = (await loadActiveRule(ContractAmendmentApproval)).definition;
  if (daysBetween(effective_date, now) <= days_back) return [];
  return buildFaults(days_back === 0 ? "Must not be in the past" : `Must not be more than ${days_back} days ago`);
}

/** Returns the fields that are derived from the input. Throws one error with all faults. */
export async function deriveFields(
  contract: ContractRecord,
  input: AmendmentFields,
  place: ChangePosition,
): Promise<DerivedFields> {
  const details: ErrorDetail[] = findFaults(input);
  const { currency } = contract;
  if (!input.requires_customer_approval && !input.requires_signature)
    details.push({
      field: "requires_signature",
      message: "At least one of requires_customer_approval and requires_signature must be true",
    });
  const roundAmount = async (field: "contract_value" | "value_delta" | "monthly_fee") =>
    collectDetails(details, (async () => toCurrencyPrecision(field, input[field], currency))(), null);
  const amounts = {
    contract_value: await roundAmount("contract_value"),
    value_delta: await roundAmount("value_delta"),
    monthly_fee: await roundAmount("monthly_fee"),
  };
  details.push(...(await findDateFaults(input, contract)));
  const standing = await loadBaseline(contract, place);
  const roundedInput = { ...input, ...amounts } as AmendmentFields;
  const figures = computeFigures(roundedInput, standing.state, details);
  const deliverables = input.deliverables
    ? await buildScope(contract, input.deliverables as ScopeInput, standing, details)
    : null;
  const clauses = buildClauses(input.clauses, standing, details);
  const impacted_clauses = [...new Set([...input.impacted_clauses, ...clauses.map(({ key }) => key)])];
  for (const [index, key] of input.impacted_clauses.entries())
    if (!standing.terms.has(key))
      details.push({ field: `impacted_clauses[${index}]`, message: "No term of the contract has this key" });
  if (details.length > 0) throw invalidAll(details);
  return {
    ...amounts,
    ...{ figures, deliverables, clauses, impacted_clauses, currency },
    effective_at: startOfDay(useSettings().timezone, input.effective_date),
    drawn_at: Clock.now(),
  };
}

function buildClauses(clauses: AmendmentFields["clauses"], { terms }: Baseline, details: ErrorDetail[]): Clause[] {
  return clauses.flatMap(({ key, heading = null, text }, index): Clause[] => {
    const reportFault = (field: string, message: string): [] => {
      details.push({ field: `clauses[${index}].${field}`, message });
      return [];
    };
    const original = terms.get(key);
    if (!original) return reportFault("key", "No term of the contract has this key");
    if (clauses.findIndex((clause) => clause.key === key) < index) return reportFault("key", "Must be unique");
    if (text === original.text && (heading ?? original.heading) === original.heading)
      return reportFault("text", "Must differ from the current text");
    return [{ key, heading, text, original }];
  });
}

async function buildScope(
  contract: ContractRecord,
  input: ScopeInput,
  { state }: Baseline,
  details: ErrorDetail[],
): Promise<Scope> {
  const { added = [], changed = [], removed = [] } = input;
  const { currency } = contract;
  const present = new Map(state.deliverables.map((deliverable) => [deliverable.id, deliverable as DeliverableTerms]));
  const records = new Map(contract.deliverables.map((deliverable) => [deliverable.id, deliverable]));
  const seen = new Set<string>();
  const findDeliverable = (deliverableId: string, field: string): DeliverableTerms | undefined => {
    const before = present.get(deliverableId);
    if (!before || seen.has(deliverableId))
      details.push({
        field,
        message: before ? "Must be listed only once" : "The contract has no deliverable with this id on that day",
      });
    seen.add(deliverableId);
    return before;
  };
  const addedDeliverables = await collectDetails(
    details,
    buildDeliverables(
      added.map((deliverable) => ({ input: deliverable })),
      currency,
      (index) => `deliverables.added[${index}].`,
    ),
    [],
  );
  const edits = [];
  for (const [index, { id, ...patch }] of changed.entries()) {
    const before = findDeliverable(id, `deliverables.changed[${index}].id`);
    if (!before) continue;
    const set = toStoredPatch(deliverableFields, patch);
    if (Object.keys(set).length === 0)
      details.push({ field: `deliverables.changed[${index}]`, message: "Must change at least one field" });
    const { id: _id, ...previousTerms } = before;
    const draft = {
      input: { ...previousTerms, ...set },
      ...(records.has(id) ? { previous: records.get(id) } : {}),
    };
    const [deliverable] = await collectDetails(
      details,
      buildDeliverables([draft], currency, () => `deliverables.changed[${index}].`),
      [],
    );
    if (!deliverable) continue;
    const terms = toDeliverableTerms(deliverable) as Record<string, unknown>;
    edits.push({ id, set: Object.fromEntries(Object.keys(set).map((field) => [field, terms[field]])), before });
  }
  const removedDeliverables = removed.flatMap((id, index) => {
    const field = `deliverables.removed[${index}]`;
    const before = findDeliverable(id, field);
    const status = records.get(id)?.status;
    if (status === "DELIVERED" || status === "ACCEPTED")
      details.push({ field, message: `The deliverable is ${status} and cannot be removed` });
    return before ? [{ id, before }] : [];
  });
  const scope: Scope = { added: addedDeliverables.map(toDeliverableTerms), changed: edits, removed: removedDeliverables };
  const totalCount = state.deliverables.length + scope.added.length - removedDeliverables.length;
  if (totalCount > MAX_DELIVERABLES)
    details.push({
      field: "deliverables.added",
      message: `A contract can have at most ${MAX_DELIVERABLES} deliverables: there would be ${totalCount}`,
    });
  const bytes = Buffer.byteLength(JSON.stringify([...state.deliverables, ...scope.added]));
  if (bytes > MAX_DELIVERABLE_BYTES)
    details.push({ field: "deliverables.added", message: "Too large for one contract: shorten the deliverables" });
  return scope;
}

/** Converts a stored amendment back to its input, so that it can be drawn again. */
export const restoreInput = (amendment: AmendmentRecord): AmendmentFields =>
  ({
    ...Object.fromEntries(Object.keys(fields).map((field) => [field, amendment[field as keyof typeof fields]])),
    deliverables: amendment.deliverables && {
      added: amendment.deliverables.added.map(({ id: _id, ...deliverable }) => deliverable),
      changed: toScope(amendment.deliverables).changed,
      removed: toScope(amendment.deliverables).removed,
    },
    clauses: amendment.clauses.map(({ key, heading, text }) => ({ key, heading, text })),
  }) as AmendmentFields;

/**
 * Throws a conflict if the baseline has changed since the amendment was drawn. Otherwise both sides would agree to something that the document does
 * not say.
 */
export async function requireFresh(contract: ContractRecord, amendment: AmendmentRecord): Promise<void> {
  const { state, terms } = await loadBaseline(contract, toChangePosition(amendment));
  const formerDeliverables: DeliverableTerms[] = [
    ...(amendment.deliverables?.changed ?? []),
    ...(amendment.deliverables?.removed ?? []),
  ].map(({ before }) => before);
  const drafted = { ...state, ...toOriginalFigures(amendment.figures), deliverables: formerDeliverables } as AgreedState;
  const stale = findStaleFields({ ...toChange(amendment), set: toFigureSet(amendment.figures) }, drafted, state);
  const texts = amendment.clauses
    .map(({ key, original }) => ({
      field: `clauses.${key}`,
      was: original.text,
      is: terms.get(key)?.text ?? null,
      isSame: isDeepStrictEqual(terms.get(key), original),
    }))
    .filter(({ isSame }) => !isSame);
  if (stale.length + texts.length > 0)
    throw conflict(
      "The contract has changed since the amendment was drafted: draft it again",
      describeStaleFields([...stale, ...texts]),
    );
}
