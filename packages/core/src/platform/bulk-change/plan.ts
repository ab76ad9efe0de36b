import { createHmac, randomBytes } from "node:crypto";
import { customName, customPath, isCustomPath } from "../../storage/table/custom-field-values.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { openText } from "../import/sealed-text.ts";
import { RowLog } from "./row-log.ts";

/** A rule that decides the value for each record. */
export interface PlanRule {
  readonly what: "territory";
  /** Whether the rule also replaces a value that a record already has. */
  readonly overwrite: boolean;
}

/** What to do with each record. Stored sealed, because values may be personal. */
export interface Plan {
  changes: Record<string, unknown>;
  add_tags: readonly string[];
  remove_tags: readonly string[];
  /** Leaves records unchanged that have none of the tags in `remove_tags`. */
  only_tagged?: boolean;
  /** The rule that decides what is set for each record, in place of `changes` (rule-decision.ts). */
  decides?: PlanRule;
  /** The job's own key for `computeMark`: marks recognise the values that the job left, without storing them. */
  secret: string;
}

export const createSecret = (): string => randomBytes(32).toString("base64url");

/** Returns the stored plan, and its seal. The key of the seal seals everything of the job. */
export async function openPlan(id: string): Promise<{ plan: Plan; seal: Sealed }> {
  const seal = await RowLog.readPlan(id);
  return { plan: JSON.parse(await openText(id, seal)) as Plan, seal };
}

type Values = Readonly<Record<string, unknown>>;

/** Returns the names of the fields that changes set; each custom field counts by itself, as in `custom_fields.badge`. */
export const listFieldNames = (changes: Values): string[] =>
  Object.entries(changes).flatMap(([name, value]) =>
    name === "custom_fields" ? Object.keys((value ?? {}) as object).map((fieldName) => customPath(fieldName)) : [name],
  );

/** Returns the value of a field as readers see it; null if it is empty. */
export function fieldValue(record: Values, name: string): unknown {
  if (!isCustomPath(name)) return record[name] ?? null;
  return ((record.custom_fields ?? {}) as Values)[customName(name)] ?? null;
}

/** An input that sets these fields to these values. */
export function buildInput(values: Values): Record<string, unknown> {
  const custom = Object.entries(values).filter(([name]) => isCustomPath(name));
  const standardEntries = Object.entries(values).filter(([name]) => !isCustomPath(name));
  const customFields = Object.fromEntries(custom.map(([name, value]) => [customName(name), value]));
  return { ...Object.fromEntries(standardEntries), ...(custom.length > 0 ? { custom_fields: customFields } : {}) };
}

/**
 * Returns a keyed hash of a value. Equal values have equal marks, independent of the order of their keys. Without the secret a mark reveals nothing.
 */
export const computeMark = ({ secret }: Pick<Plan, "secret">, value: unknown): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify(value, (_, nestedValue: unknown) => sortKeys(nestedValue)))
    .digest("base64url")
    .slice(0, 22);

const sortKeys = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
