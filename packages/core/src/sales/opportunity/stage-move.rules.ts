import { type ErrorDetail, invalid, ruleViolation } from "../../kernel/error.ts";
import type { ExitCheck, RequirableField, Stage } from "../../platform/master-data/stage.rules.ts";

/** How opportunities go from stage to stage (seed 001, Opportunity Stage Movement; decisions, Sales). Pure. */

export interface StageDefinition extends Stage {
  id: string;
  name: string;
  required_fields: readonly RequirableField[];
  exit_checks: readonly ExitCheck[];
}

/** What an entry of the history tells of. */
export const moves = ["CREATED", "FORWARD", "BACK", "WON", "LOST", "REOPENED", "CHANGED", "DELETED", "RESTORED"] as const;
export type Move = (typeof moves)[number];

export interface MoveOptions {
  reason?: string | null | undefined;
  /** A win, a loss and the acceptance of a quote may leave any open stage. */
  mayLeaveAny?: boolean;
  /** Back from a closed stage. */
  isReopening?: boolean;
}

const CLOSED_MESSAGE = "It is closed: reopen it with a reason first";

/**
 * What going from one stage to another is, or why it cannot be. `open` are the open stages in their order, the one that is left among
 * them; from the last of these one comes to every closed stage.
 */
export function classifyMove(
  open: readonly StageDefinition[],
  from: StageDefinition,
  to: StageDefinition,
  how: MoveOptions,
): Exclude<Move, "CREATED" | "CHANGED"> {
  if (how.isReopening) return classifyReopening(from, to, how);
  if (from.is_closed) throw rejection(CLOSED_MESSAGE);
  const [at, wanted] = [from, to].map(({ id }) => open.findIndex((each) => each.id === id)) as [number, number];
  if (to.is_closed) {
    if (!how.mayLeaveAny && at < open.length - 1)
      throw rejection(`From ${from.name} it is won or lost by its own request, or goes on to ${open[at + 1]?.name}`);
    return to.is_won ? "WON" : "LOST";
  }
  if (wanted > at + 1) throw rejection(`No stage is skipped: from ${from.name} it goes on to ${open[at + 1]?.name}`);
  if (wanted > at) return "FORWARD";
  requireReason(how, `Required: why it goes back from ${from.name} to ${to.name}`);
  return "BACK";
}

function classifyReopening(from: StageDefinition, to: StageDefinition, how: MoveOptions): "REOPENED" {
  if (!from.is_closed) throw rejection("It is open already", "id");
  if (to.is_closed) throw rejection(`Reopened, it is in an open stage: ${to.name} is closed`);
  requireReason(how, "Required: why it is reopened");
  return "REOPENED";
}

function requireReason({ reason }: MoveOptions, message: string): void {
  if (!reason?.trim()) throw invalid("reason", message);
}

const rejection = (message: string, field = "stage_id") => ruleViolation(message, [{ field, message }]);

export type StageFields = { readonly [field in RequirableField]?: unknown };

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** The fields that an opportunity lacks in a stage; a won one has a customer, whatever its stage asks. */
export function listMissingFields(stage: StageDefinition, opportunity: StageFields): RequirableField[] {
  const required = new Set([...stage.required_fields, ...(stage.is_won ? (["customer_id"] as const) : [])]);
  return [...required].filter((field) => isEmpty(opportunity[field]));
}

/** What an opportunity is refused for that is to be in a stage. `before` is one that stands in it: what it lacked then is let be. */
export function requireStageFields(stage: StageDefinition, opportunity: StageFields, before?: StageFields): void {
  const known = before ? listMissingFields(stage, before) : [];
  const lacking = listMissingFields(stage, opportunity).filter((field) => !known.includes(field));
  const details = lacking.map((field) => ({ field, message: `Required in the stage ${stage.name}` }));
  if (details.length > 0) throw ruleViolation(`The opportunity lacks what the stage ${stage.name} requires`, details);
}

export interface ExitFields extends StageFields {
  last_activity_date: string | null;
  stage_changed_at: string;
}

/** What each check asks, the field that it is about, and what is said where it is not so. */
const exitChecks: Record<ExitCheck, readonly [field: string, holds: (of: ExitFields) => boolean, message: string]> = {
  HAS_CONTACT: ["contact_id", ({ contact_id }) => !isEmpty(contact_id), "a contact is named"],
  HAS_PRODUCTS: ["products", ({ products }) => !isEmpty(products), "it has a product"],
  HAS_COMPETITOR: ["competitors", ({ competitors }) => !isEmpty(competitors), "a competitor is named"],
  HAS_NEXT_STEP: ["next_step", ({ next_step }) => !isEmpty(next_step), "its next step is said"],
  HAS_ACTIVITY: [
    "last_activity_date",
    ({ last_activity_date, stage_changed_at }) => last_activity_date !== null && last_activity_date >= stage_changed_at,
    "something was done with it in this stage",
  ],
};

/** Before it goes on from a stage, or is won. `opportunity` has what the same request writes. */
export function requireExitChecks(stage: StageDefinition, opportunity: ExitFields): void {
  const details = stage.exit_checks.flatMap((check): ErrorDetail[] => {
    const [field, holds, message] = exitChecks[check];
    return holds(opportunity) ? [] : [{ field, message: `Before it goes on from ${stage.name}, ${message}` }];
  });
  if (details.length > 0) throw ruleViolation(`The opportunity cannot go on from ${stage.name} yet`, details);
}
