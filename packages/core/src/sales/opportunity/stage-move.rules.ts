import { type ErrorDetail, invalid, ruleViolation } from "../../kernel/error.ts";
import { isEmpty } from "../../kernel/sort-key.ts";
import type { ExitCheck, RequirableField, Stage } from "../../platform/master-data/stage.rules.ts";

/** The rules of moves between stages. Pure. */

export interface StageDefinition extends Stage {
  id: string;
  name: string;
  required_fields: readonly RequirableField[];
  exit_checks: readonly ExitCheck[];
}

/** Kinds of history entries. */
export const moves = ["CREATED", "FORWARD", "BACK", "WON", "LOST", "REOPENED", "CHANGED", "DELETED", "RESTORED"] as const;
export type Move = (typeof moves)[number];

export interface MoveOptions {
  reason?: string | null | undefined;
  /** Wins, losses and accepted quotes may leave any open stage. */
  mayLeaveAny?: boolean;
  /** The move reopens a closed opportunity. */
  isReopening?: boolean;
}

const CLOSED_MESSAGE = "The opportunity is closed: reopen it with a reason first";

/**
 * Classifies the move from one stage to another, or refuses it. `open` are the open stages in their order, including the one that is left.
 * Moves go forward one stage at a time; from the last open stage every closed stage can be reached.
 */
export function classifyMove(
  open: readonly StageDefinition[],
  from: StageDefinition,
  to: StageDefinition,
  options: MoveOptions,
): Exclude<Move, "CREATED" | "CHANGED"> {
  if (options.isReopening) return classifyReopening(from, to, options);
  if (from.is_closed) throw rejection(CLOSED_MESSAGE);
  const [fromIndex, toIndex] = [from, to].map(({ id }) => open.findIndex((stage) => stage.id === id)) as [number, number];
  if (to.is_closed) {
    if (!options.mayLeaveAny && fromIndex < open.length - 1)
      throw rejection(
        `From ${from.name}, close the opportunity with the win or lose request, or move it to ${open[fromIndex + 1]?.name}`,
      );
    return to.is_won ? "WON" : "LOST";
  }
  if (toIndex > fromIndex + 1)
    throw rejection(`Stages cannot be skipped: from ${from.name}, move to ${open[fromIndex + 1]?.name}`);
  if (toIndex > fromIndex) return "FORWARD";
  requireReason(options, `Required to move back from ${from.name} to ${to.name}`);
  return "BACK";
}

function classifyReopening(from: StageDefinition, to: StageDefinition, options: MoveOptions): "REOPENED" {
  if (!from.is_closed) throw rejection("The opportunity is already open", "id");
  if (to.is_closed) throw rejection(`An opportunity must be reopened in an open stage: ${to.name} is closed`);
  requireReason(options, "Required to reopen an opportunity");
  return "REOPENED";
}

function requireReason({ reason }: MoveOptions, message: string): void {
  if (!reason?.trim()) throw invalid("reason", message);
}

const rejection = (message: string, field = "stage_id") => ruleViolation(message, [{ field, message }]);

type StageFields = { readonly [field in RequirableField]?: unknown };

/** Lists the required fields that the opportunity lacks in a stage. A won opportunity always needs a customer. */
export function listMissingFields(stage: StageDefinition, opportunity: StageFields): RequirableField[] {
  const required = new Set([...stage.required_fields, ...(stage.is_won ? (["customer_id"] as const) : [])]);
  return [...required].filter((field) => isEmpty(opportunity[field]));
}

/**
 * Refuses an opportunity that lacks fields which the stage requires. `before` is the opportunity as it was in the same stage: fields that
 * it lacked then are not required.
 */
export function requireStageFields(stage: StageDefinition, opportunity: StageFields, before?: StageFields): void {
  const earlierMissingFields = before ? listMissingFields(stage, before) : [];
  const lacking = listMissingFields(stage, opportunity).filter((field) => !earlierMissingFields.includes(field));
  const details = lacking.map((field) => ({ field, message: `Required in the stage ${stage.name}` }));
  if (details.length > 0) throw ruleViolation(`The opportunity lacks fields that the stage ${stage.name} requires`, details);
}

interface ExitFields extends StageFields {
  last_activity_date: string | null;
  stage_changed_at: string;
}

/** For each check: the field, the condition, and the text of the error. */
const exitChecks: Record<ExitCheck, readonly [field: string, holds: (fields: ExitFields) => boolean, message: string]> = {
  HAS_CONTACT: ["contact_id", ({ contact_id }) => !isEmpty(contact_id), "a contact"],
  HAS_PRODUCTS: ["products", ({ products }) => !isEmpty(products), "a product"],
  HAS_COMPETITOR: ["competitors", ({ competitors }) => !isEmpty(competitors), "a competitor"],
  HAS_NEXT_STEP: ["next_step", ({ next_step }) => !isEmpty(next_step), "a next step"],
  HAS_ACTIVITY: [
    "last_activity_date",
    ({ last_activity_date, stage_changed_at }) => last_activity_date !== null && last_activity_date >= stage_changed_at,
    "an activity in this stage",
  ],
};

/**
 * Requires the exit checks of a stage before an opportunity leaves it forwards or is won. `opportunity` includes the changes of the same
 * request.
 */
export function requireExitChecks(stage: StageDefinition, opportunity: ExitFields): void {
  const details = stage.exit_checks.flatMap((check): ErrorDetail[] => {
    const [field, holds, message] = exitChecks[check];
    return holds(opportunity) ? [] : [{ field, message: `Required to leave the stage ${stage.name}: ${message}` }];
  });
  if (details.length > 0) throw ruleViolation(`The opportunity cannot leave the stage ${stage.name} yet`, details);
}
