import { Money } from "../../kernel/money.ts";
import type { Action, Automation, AutomationCondition, Definition } from "./stage-automation.rule-kind.ts";

/** Decides which actions follow from a stage change. Pure. */

/** A stage change, with the opportunity fields that conditions read. */
interface StageMove {
  from: string | null;
  to: string;
  type: string | null;
  amount: string | null;
  currency: string;
}

/** The display order of stages, and the currency of amounts without one. */
export interface StageOrder {
  orders: ReadonlyMap<string, number>;
  currency: string;
}

export function matchesCondition(
  when: AutomationCondition,
  { from, to, type, amount, currency }: StageMove,
  stageOrder: StageOrder,
): boolean {
  if (!when.to_stages.includes(to)) return false;
  if (when.from_stages && !(from !== null && when.from_stages.includes(from))) return false;
  if (when.forward_only && !isForward(from, to, stageOrder.orders)) return false;
  if (when.types && !(type !== null && (when.types as readonly string[]).includes(type))) return false;
  const requiredCurrency = when.currency ?? (when.min_amount === undefined ? undefined : stageOrder.currency);
  if (requiredCurrency !== undefined && requiredCurrency !== currency) return false;
  return when.min_amount === undefined || (amount !== null && Money.compare(amount, when.min_amount) >= 0);
}

function isForward(from: string | null, to: string, orders: ReadonlyMap<string, number>): boolean {
  const [before, after] = [orders.get(from ?? ""), orders.get(to)];
  return before !== undefined && after !== undefined && after > before;
}

/** A planned action: its automation, and its position among all actions of the rule. */
interface PlannedAction {
  automation: string;
  place: number;
  action: Action;
}

/** Returns all actions that a change triggers, in the order of the rule. */
export const planActions = ({ automations }: Definition, move: StageMove, stageOrder: StageOrder): PlannedAction[] =>
  automations.flatMap((automation, index) =>
    isTriggered(automation, move, stageOrder) ? planAutomation(automation, index) : [],
  );

const isTriggered = ({ is_active, when }: Automation, move: StageMove, order: StageOrder): boolean =>
  is_active && matchesCondition(when, move, order);

const MAX_ACTIONS = 10;

/** The position of an action among all actions of the rule. */
export const buildPlace = (automation: number, action: number): number => automation * MAX_ACTIONS + action;

const planAutomation = ({ name, do: actions }: Automation, index: number): PlannedAction[] =>
  actions.map((action, nth) => ({ automation: name, place: buildPlace(index, nth), action }));
