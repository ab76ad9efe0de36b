import { createHmac, randomBytes } from "node:crypto";
import type { Sealed } from "../../storage/vault/vault.ts";
import { openText } from "../import/sealed-text.ts";
import { RowLog } from "./row-log.ts";

/** What is decided for each record by a rule. */
export interface PlanRule {
  readonly what: "territory";
  /** Also where there is something already. */
  readonly overwrite: boolean;
}

/** What is to be done with each record. It lies sealed: whatever is set may be personal. */
export interface Plan {
  changes: Record<string, unknown>;
  add_tags: readonly string[];
  remove_tags: readonly string[];
  /** Records that have none of remove_tags stay as they are. */
  only_tagged?: boolean;
  /** Who says for each record what is set, in place of `changes` (decided.ts). */
  decides?: PlanRule;
  /** A key of the job's own, under which it remembers what it has left of a field, without the value. */
  secret: string;
}

export const createSecret = (): string => randomBytes(32).toString("base64url");

/** A plan as it was kept, and the seal of it, whose key is that of all that the job seals. */
export async function openPlan(id: string): Promise<{ plan: Plan; seal: Sealed }> {
  const seal = await RowLog.readPlan(id);
  return { plan: JSON.parse(await openText(id, seal)) as Plan, seal };
}

type Values = Readonly<Record<string, unknown>>;

const CUSTOM_PREFIX = "custom_fields.";

/** The fields that changes set, by their names: `custom_fields.badge` each for itself. */
export const listFieldNames = (changes: Values): string[] =>
  Object.entries(changes).flatMap(([name, value]) =>
    name === "custom_fields" ? Object.keys((value ?? {}) as object).map((own) => CUSTOM_PREFIX + own) : [name],
  );

/** What stands in a field of a record as readers see it; null where there is nothing. */
export function fieldValue(record: Values, name: string): unknown {
  if (!name.startsWith(CUSTOM_PREFIX)) return record[name] ?? null;
  return ((record.custom_fields ?? {}) as Values)[name.slice(CUSTOM_PREFIX.length)] ?? null;
}

/** An input that sets these fields to these values. */
export function buildInput(values: Values): Record<string, unknown> {
  const custom = Object.entries(values).filter(([name]) => name.startsWith(CUSTOM_PREFIX));
  const others = Object.entries(values).filter(([name]) => !name.startsWith(CUSTOM_PREFIX));
  const own = Object.fromEntries(custom.map(([name, value]) => [name.slice(CUSTOM_PREFIX.length), value]));
  return { ...Object.fromEntries(others), ...(custom.length > 0 ? { custom_fields: own } : {}) };
}

/** What stands for a value: the same for the same value, in whatever order its parts are, and of no use without the secret. */
export const computeMark = ({ secret }: Pick<Plan, "secret">, value: unknown): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify(value, (_, each: unknown) => sortKeys(each)))
    .digest("base64url")
    .slice(0, 22);

const sortKeys = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
