import type { JsonSchema } from "../../../api/step-schema.ts";

/** What a rule of the API consists of: its entries in their order, what applies if no entry does, and further settings. Pure. */

export type Definition = Readonly<Record<string, unknown>>;
export type Entry = Readonly<Record<string, unknown>>;

/** `GET /rules/{kind}`. */
export interface RuleInfo {
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  readonly in_force: { readonly id: string; readonly number: number; readonly definition: Definition };
  readonly upcoming: readonly {
    readonly id: string;
    readonly number: number;
    readonly valid_from: string;
    readonly valid_to: string | null;
  }[];
  readonly schema: JsonSchema;
}

/** How the entries of a list decide: the first that matches, the last that is reached, or each that matches. */
type Mode = "first" | "last" | "each";

export interface RuleShape {
  /** The property with the entries. Undefined: the rule has settings only. */
  readonly list: string | undefined;
  readonly entry: JsonSchema | undefined;
  readonly mode: Mode;
  /** The property that names an entry. */
  readonly name: string | undefined;
  /** Whether the conditions of an entry are in `when`. Others are among its properties. */
  readonly hasWhen: boolean;
  readonly otherwise: JsonSchema | undefined;
  /** The properties beside the entries. */
  readonly settings: readonly string[];
}

const OTHERWISE = "otherwise";
/** Lists that are the entries of a rule. Other lists, such as brackets of points, are settings. */
const entryLists: Readonly<Record<string, Mode>> = {
  rules: "first",
  cases: "first",
  stages: "first",
  ranks: "first",
  levels: "last",
  automations: "each",
  follow_ups: "each",
};
/** Reminders are levels too, but each of them is sent. */
const eachKinds: ReadonlySet<string> = new Set(["invoice_reminders"]);

/** Returns a schema without the alternative `null`. */
export function dropNull(schema: JsonSchema): JsonSchema {
  const variants = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== "null");
  return variants?.length === 1 ? { ...variants[0], ...(schema.description ? { description: schema.description } : {}) } : schema;
}

export function readShape({ kind, schema }: Pick<RuleInfo, "kind" | "schema">): RuleShape {
  const properties = schema.properties ?? {};
  const list = Object.keys(properties).find((name) => name in entryLists);
  const entry = list === undefined ? undefined : properties[list]?.items;
  const parts = entry?.properties ?? {};
  return {
    list,
    entry,
    mode: list === undefined || eachKinds.has(kind) ? "each" : (entryLists[list] ?? "each"),
    name: ["name", "reason"].find((name) => name in parts),
    hasWhen: parts.when?.type === "object",
    otherwise: properties[OTHERWISE],
    settings: Object.keys(properties).filter((name) => name !== list && name !== OTHERWISE),
  };
}

export const listEntries = (definition: Definition, { list }: Pick<RuleShape, "list">): readonly Entry[] =>
  list === undefined ? [] : ((definition[list] ?? []) as readonly Entry[]);

/** What a definition decides by: entries or what applies otherwise, settings alone, or nothing. */
export function findContent(definition: Definition, shape: Pick<RuleShape, "list" | "settings">): "rules" | "settings" | "none" {
  if (shape.list === undefined || listEntries(definition, shape).length > 0 || definition[OTHERWISE]) return "rules";
  return shape.settings.length > 0 ? "settings" : "none";
}

export const replaceEntries = (
  definition: Definition,
  { list }: Pick<RuleShape, "list">,
  entries: readonly Entry[],
): Definition => (list === undefined ? definition : { ...definition, [list]: entries });

/** Returns the entries with one at another place. */
export function moveEntry(entries: readonly Entry[], from: number, to: number): readonly Entry[] {
  const moved = entries[from];
  if (moved === undefined || to < 0 || to >= entries.length) return entries;
  return entries.filter((_, index) => index !== from).toSpliced(to, 0, moved);
}

/** Returns the place of an entry that is dropped before or after another one. */
export function findDropPlace(from: number, target: number, isAfter: boolean): number {
  const place = isAfter ? target + 1 : target;
  return place > from ? place - 1 : place;
}

/** Takes the prefix of an error: `definition.rules[2].to.user_ids` becomes `to.user_ids` for the entry with this path. */
export const pickErrors = (errors: Readonly<Record<string, string>>, path: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).flatMap(([name, message]) =>
      name === path ? [["", message]] : name.startsWith(`${path}.`) ? [[name.slice(path.length + 1), message]] : [],
    ),
  );
