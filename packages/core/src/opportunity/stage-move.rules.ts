import { type Detail, invalid, ruleViolation } from "../kernel/error.ts";
import type { ExitCheck, Requirable, Stage } from "../masters/stage.rules.ts";

/** How opportunities go from stage to stage (seed 001, Opportunity Stage Movement; decisions, Sales). Pure. */

export interface StageAt extends Stage {
  id: string;
  name: string;
  required_fields: readonly Requirable[];
  exit_checks: readonly ExitCheck[];
}

/** What an entry of the history tells of. */
export const moves = ["CREATED", "FORWARD", "BACK", "WON", "LOST", "REOPENED", "CHANGED", "DELETED", "RESTORED"] as const;
export type Move = (typeof moves)[number];

export interface How {
  reason?: string | null | undefined;
  /** A win, a loss and the acceptance of a quote may leave any open stage. */
  mayLeaveAny?: boolean;
  /** Back from a closed stage. */
  isReopening?: boolean;
}

const NEXT_OF_CLOSED = "It is closed: reopen it with a reason first";

/**
 * What going from one stage to another is, or why it cannot be. `open` are the open stages in their order, the one that is left among
 * them; from the last of these one comes to every closed stage.
 */
export function moveOf(open: readonly StageAt[], from: StageAt, to: StageAt, how: How): Exclude<Move, "CREATED" | "CHANGED"> {
  if (how.isReopening) return reopened(from, to, how);
  if (from.is_closed) throw refused(NEXT_OF_CLOSED);
  const [at, wanted] = [from, to].map(({ id }) => open.findIndex((each) => each.id === id)) as [number, number];
  if (to.is_closed) {
    if (!how.mayLeaveAny && at < open.length - 1)
      throw refused(`From ${from.name} it is won or lost by its own request, or goes on to ${open[at + 1]?.name}`);
    return to.is_won ? "WON" : "LOST";
  }
  if (wanted > at + 1) throw refused(`No stage is skipped: from ${from.name} it goes on to ${open[at + 1]?.name}`);
  if (wanted > at) return "FORWARD";
  requireReason(how, `Required: why it goes back from ${from.name} to ${to.name}`);
  return "BACK";
}

function reopened(from: StageAt, to: StageAt, how: How): "REOPENED" {
  if (!from.is_closed) throw refused("It is open already", "id");
  if (to.is_closed) throw refused(`Reopened, it is in an open stage: ${to.name} is closed`);
  requireReason(how, "Required: why it is reopened");
  return "REOPENED";
}

function requireReason({ reason }: How, message: string): void {
  if (!reason?.trim()) throw invalid("reason", message);
}

const refused = (message: string, field = "stage_id") => ruleViolation(message, [{ field, message }]);

export type Asked = { readonly [field in Requirable]?: unknown };

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** The fields that an opportunity lacks in a stage; a won one has a customer, whatever its stage asks. */
export function lackingIn(stage: StageAt, opportunity: Asked): Requirable[] {
  const required = new Set([...stage.required_fields, ...(stage.is_won ? (["customer_id"] as const) : [])]);
  return [...required].filter((field) => isEmpty(opportunity[field]));
}

/** What an opportunity is refused for that is to be in a stage. `before` is one that stands in it: what it lacked then is let be. */
export function requireAllOf(stage: StageAt, opportunity: Asked, before?: Asked): void {
  const known = before ? lackingIn(stage, before) : [];
  const lacking = lackingIn(stage, opportunity).filter((field) => !known.includes(field));
  const details = lacking.map((field) => ({ field, message: `Required in the stage ${stage.name}` }));
  if (details.length > 0) throw ruleViolation(`The opportunity lacks what the stage ${stage.name} requires`, details);
}

export interface Checked extends Asked {
  last_activity_date: string | null;
  stage_changed_at: string;
}

/** What each check asks, the field that it is about, and what is said where it is not so. */
const checks: Record<ExitCheck, readonly [field: string, holds: (of: Checked) => boolean, message: string]> = {
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
export function requireLeaving(stage: StageAt, opportunity: Checked): void {
  const details = stage.exit_checks.flatMap((check): Detail[] => {
    const [field, holds, message] = checks[check];
    return holds(opportunity) ? [] : [{ field, message: `Before it goes on from ${stage.name}, ${message}` }];
  });
  if (details.length > 0) throw ruleViolation(`The opportunity cannot go on from ${stage.name} yet`, details);
}
