import { Money } from "../../kernel/money.ts";

/** Decides which customers a fill adds to a batch. Pure. */

interface FillCriteria {
  active_before: string | null;
  ordered_before: string | null;
  value_min: string | null;
  value_max: string | null;
}

interface Customer {
  created_at: string;
  last_activity_date: string | null;
  last_order_at: string | null;
  lifetime_value: string | null;
}

/**
 * Returns whether a customer matches the criteria. The bounds are instants. Without activity, a customer counts as active when the record was
 * created.
 */
export function matchesCriteria(
  customer: Customer,
  { active_before, ordered_before, value_min, value_max }: FillCriteria,
): boolean {
  const { created_at, last_activity_date, last_order_at, lifetime_value } = customer;
  if (active_before && (last_activity_date ?? created_at) >= active_before) return false;
  if (ordered_before && (last_order_at === null || last_order_at >= ordered_before)) return false;
  const value = lifetime_value ?? "0";
  if (value_min !== null && Money.compare(value, value_min) < 0) return false;
  return value_max === null || Money.compare(value, value_max) <= 0;
}
