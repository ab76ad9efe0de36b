import type { Schemas } from "@crm/sdk/index.ts";
import type { Unit } from "../../../records/figures/figure-text.ts";
import { parseDecimal } from "../../../ui/kit/decimal.ts";

/** The table of targets: a row for the organization, each team and each user; a column for each period. */

export type Target = Pick<Schemas.TargetRow, "id" | "user_id" | "team_id" | "territory_id" | "period" | "value" | "currency">;

type ScopeField = "user_id" | "team_id";

export interface TargetScope {
  readonly id: string;
  readonly label: string;
  /** Undefined: the organization. */
  readonly field: ScopeField | undefined;
}

export const ORGANIZATION = "organization";

const scopeOf = ({ user_id, team_id, territory_id }: Target): string | null =>
  user_id ?? team_id ?? (territory_id ? null : ORGANIZATION);

/** Returns the target of a scope and a period. */
export const findTarget = (targets: readonly Target[], scope: string, period: string): Target | undefined =>
  targets.find((target) => target.period === period && scopeOf(target) === scope);

const [PERCENT, RATIO_DECIMALS] = [100, 4];

/**
 * Reads a target as a user writes it, in the unit of its figure: a ratio is written in percent. Returns null for an empty text, and undefined for what is
 * no target.
 */
export function parseTarget(text: string, unit: Unit, locale: string): string | null | undefined {
  const compact = text.replaceAll(/[%\s]/g, "");
  if (compact === "") return null;
  const value = parseDecimal(compact, locale);
  if (value === undefined || value.startsWith("-")) return undefined;
  return unit === "ratio" ? String(Number((Number(value) / PERCENT).toFixed(RATIO_DECIMALS))) : value;
}

/** Writes a target as a user changes it. */
export function formatTargetInput(value: string, unit: Unit, locale: string): string {
  const number = unit === "ratio" ? Number(value) * PERCENT : undefined;
  const text = number === undefined ? value.replace(/\.0+$/, "") : String(Number(number.toFixed(2)));
  const point = new Intl.NumberFormat(locale, { numberingSystem: "latn" })
    .formatToParts(1.5)
    .find(({ type }) => type === "decimal");
  return text.replace(".", point?.value ?? ".");
}
