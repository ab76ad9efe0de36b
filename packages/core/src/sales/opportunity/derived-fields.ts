import * as Amount from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { requestDay, requestTime, today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";
import { Master } from "../../platform/master-data/master.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { OpportunityRecord } from "./opportunity.entity.ts";
import { OPPORTUNITY_STAGES, WIN_LOSS_REASONS } from "./opportunity.masters.ts";
import { computeExpectedRevenue, contradictsStage, resolveOutcome, resolveProbability } from "./opportunity.rules.ts";
import {
  classifyMove,
  type Move,
  type MoveOptions,
  requireExitChecks,
  requireStageFields,
  type StageDefinition,
} from "./stage-move.rules.ts";

/** Derived fields of an opportunity. Every verb that writes one uses this module. */

type OpportunityFields = Omit<OpportunityRecord, keyof BaseRecord>;
/** The fields that a writer sets. The others are derived. */
type Draft = Omit<OpportunityFields, keyof DerivedFields> & Partial<DerivedFields>;
type DerivedFields = Pick<
  OpportunityRecord,
  | "stage_changed_at"
  | "probability"
  | "probability_is_manual"
  | "amount_is_manual"
  | "expected_revenue"
  | "is_closed"
  | "is_won"
  | "closed_date"
  | "forecast_category"
  | "created_day"
>;

/** Fields whose null is replaced: by the tenant's currency, the first open stage and the probability of the stage. */
export interface PendingFields {
  probability: number | null;
  currency: string | null;
  stage_id: string | null;
}

/** Parts of a request that are not stored as they are sent. */
export interface WriteOptions extends MoveOptions {
  /** Set by hand; null makes it the sum of the products again. */
  amount?: string | null | undefined;
  /** Set by hand; null makes it follow the stage again. */
  probability?: number | null | undefined;
  /** The day of closing, for an opportunity that is closed by this write, or that comes from imported history. */
  closed_date?: string | undefined;
  /** Skips the required fields and exit checks of stages. */
  isLenient?: boolean | undefined;
}

export async function finalizeFields(
  draft: Omit<Draft, keyof PendingFields> & PendingFields,
  options: WriteOptions,
  current?: OpportunityRecord,
): Promise<{ next: OpportunityFields; move: Move }> {
  const currency = draft.currency ?? useSettings().currency;
  const stage = await loadStage(draft.stage_id);
  if (contradictsStage(stage, options.probability, current))
    throw invalid("probability", "Must be 100 for a won opportunity, 0 for a lost one");
  const { move, from } = await resolveMove(stage, options, current);
  const amountFields = resolveAmount(draft, currency, options, current);
  const followed = resolveProbability(stage, options.probability, current);
  const outcome = resolveOutcome(stage, options.closed_date ?? today(), current);
  const next: OpportunityFields = {
    ...draft,
    ...amountFields,
    currency,
    ...followed,
    ...outcome,
    ...(stage.is_closed ? {} : { win_loss_reason_id: null, win_loss_notes: null, competitor_id: null }),
    stage_id: stage.id,
    stage_changed_at: current ? (current.stage_id === stage.id ? current.stage_changed_at : Clock.now()) : requestTime(),
    forecast_category: stage.forecast_category,
    expected_revenue: computeExpectedRevenue(amountFields.amount, followed.probability),
    has_competition: draft.has_competition || draft.competitors.length > 0,
    created_day: current?.created_day ?? requestDay(),
  };
  requireStageEntry(stage, next, options, current);
  if (from && !options.isLenient && (move === "FORWARD" || move === "WON"))
    requireExitChecks(from, { ...next, stage_changed_at: current?.stage_changed_at ?? next.stage_changed_at });
  await requireWinLossReason(next, draft, move, current);
  return { next, move };
}

async function resolveMove(
  stage: StageDefinition,
  options: WriteOptions,
  current: OpportunityRecord | undefined,
): Promise<{ move: Move; from?: StageDefinition }> {
  if (!current) {
    if (stage.is_closed && !useRequest().is_history)
      throw ruleViolation("An opportunity must be created in an open stage; win or lose it from there", [
        { field: "stage_id", message: `${stage.name} is a closed stage` },
      ]);
    return { move: "CREATED" };
  }
  const from = await loadStage(current.stage_id);
  if (from.id === stage.id && !options.isReopening) return { move: "CHANGED" };
  return { move: classifyMove(await listOpenStages(from), from, stage, options), from };
}

/** Requires the fields of the stage, except for imported history. */
function requireStageEntry(
  stage: StageDefinition,
  next: OpportunityFields,
  { isLenient }: WriteOptions,
  current: OpportunityRecord | undefined,
): void {
  if (isLenient || useRequest().is_history) return;
  requireStageFields(stage, next, current?.stage_id === stage.id ? current : undefined);
}

/**
 * Returns the amount, which is the sum of the priced products unless it was set by hand, and the lines with the decimals of the currency.
 */
function resolveAmount(
  draft: Pick<Draft, "products" | "amount">,
  currency: string,
  options: WriteOptions,
  current?: OpportunityRecord,
): Pick<OpportunityFields, "products" | "amount" | "amount_is_manual"> {
  const products = draft.products.map((line, index) => {
    const unit_price = Amount.toCurrencyPrecision(`products[${index}].unit_price`, line.unit_price, currency);
    const total_price = LineItems.computeTotal({ ...line, unit_price }, currency);
    return { ...line, unit_price, total_price };
  });
  const sum = LineItems.sumLines(products, currency);
  if (sum !== null && (sum.split(".")[0] as string).length > Amount.MAX_WHOLE_DIGITS)
    throw invalid("products", "The sum of the products is too large");
  const amount = Amount.toCurrencyPrecision("amount", draft.amount, currency);
  if (sum === null) return { products, amount, amount_is_manual: false };
  const isNamed = options.amount !== undefined && options.amount !== null;
  const isSaid = isNamed && (current?.amount == null || Money.compare(options.amount as string, current.amount) !== 0);
  const isKept = options.amount !== null && current?.amount_is_manual === true;
  if ((isSaid || isKept) && amount !== sum) return { products, amount, amount_is_manual: true };
  return { products, amount: sum, amount_is_manual: false };
}

/** Requires a reason for the win or loss that matches the outcome, with notes if the reason asks for them. */
async function requireWinLossReason(
  next: OpportunityFields,
  draft: Pick<Draft, "win_loss_reason_id" | "win_loss_notes">,
  move: Move,
  current?: OpportunityRecord,
) {
  if (!next.is_closed) {
    for (const field of ["win_loss_reason_id", "win_loss_notes"] as const)
      if (draft[field] && draft[field] !== current?.[field]) throw invalid(field, "Only allowed for a won or lost opportunity");
    return;
  }
  const isAsIs =
    move === "CHANGED" &&
    current?.win_loss_reason_id === next.win_loss_reason_id &&
    current.win_loss_notes === next.win_loss_notes;
  if (isAsIs) return;
  const reason = await Master.find(WIN_LOSS_REASONS, next.win_loss_reason_id);
  if (!reason) {
    if (move === "LOST") throw invalid("win_loss_reason_id", "Required: the reason for the loss");
    return;
  }
  const expectedType = next.is_won ? "WON" : "LOST";
  if (reason.reason_type !== expectedType)
    throw invalid("win_loss_reason_id", `This reason is for opportunities that are ${reason.reason_type?.toLowerCase()}`);
  if (reason.requires_details && !next.win_loss_notes?.trim() && !useRequest().is_history)
    throw invalid(move === "CHANGED" ? "win_loss_notes" : "notes", `Required with the reason "${reason.name}"`);
}

/** Loads the stage with this id, or the first open stage. */
async function loadStage(stage_id: string | null): Promise<StageDefinition> {
  const value =
    stage_id === null
      ? await Master.findFirst(OPPORTUNITY_STAGES, ({ is_closed }) => !is_closed)
      : await Master.find(OPPORTUNITY_STAGES, stage_id);
  if (!value) throw invalid("stage_id", "Required: there is no active open stage");
  return toStage(value);
}

type MasterValue = NonNullable<Awaited<ReturnType<typeof Master.find>>>;

const toStage = ({ id, name, ...value }: MasterValue): StageDefinition => ({
  id,
  name,
  probability: value.probability ?? 0,
  forecast_category: value.forecast_category ?? "PIPELINE",
  is_closed: value.is_closed ?? false,
  is_won: value.is_won ?? false,
  required_fields: value.required_fields ?? [],
  exit_checks: value.exit_checks ?? [],
});

/** Lists the open stages in their order, including the stage of the opportunity even if it is no longer in use. */
async function listOpenStages(from: StageDefinition): Promise<StageDefinition[]> {
  const values = await Master.listOrdered(OPPORTUNITY_STAGES, ({ id, is_closed }) => !is_closed || id === from.id, [from.id]);
  return values.map(toStage).filter(({ is_closed }) => !is_closed);
}

/** Finds the first closed stage for won, or for lost, opportunities. */
export async function findClosedStage(is_won: boolean): Promise<StageDefinition> {
  const value = await Master.findFirst(
    OPPORTUNITY_STAGES,
    (stage) => stage.is_closed === true && (stage.is_won ?? false) === is_won,
  );
  if (!value)
    throw ruleViolation(`There is no active stage for ${is_won ? "won" : "lost"} opportunities`, [
      { field: "stage_id", message: "Create an active stage" },
    ]);
  return toStage(value);
}
