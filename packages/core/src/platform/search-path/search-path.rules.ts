import type { FieldType } from "../../kernel/field.ts";
import { hasManyValues, isPath } from "../../storage/read/path.rules.ts";
import type { DetailDocument } from "../../storage/table/collection.ts";

/** Pure rules for declarations: which paths exist, and the types of their values. */

type Json = Record<string, unknown>;

type PathCheck = { type: FieldType } | { wrong: { field: "path" | "type" | "sort"; message: string } };

const pathFault = (field: "path" | "type" | "sort", message: string): PathCheck => ({ wrong: { field, message } });

/** Returns the type of the values at a path, or what is wrong with the path. */
export function checkPath(
  { path, type, sort }: { path: string; type?: FieldType | undefined; sort: boolean },
  detail: Readonly<Record<string, DetailDocument | undefined>>,
): PathCheck {
  if (!isPath(path)) return pathFault("path", "Must be a path such as auto_data.vehicles[].vin");
  const roots = Object.keys(detail).flatMap((field) => [field, `${field}[]`].map((root) => ({ field, root })));
  const { field, root } = roots.find((each) => path.startsWith(`${each.root}.`)) ?? {};
  const below = field === undefined ? undefined : detail[field];
  const steps = path.slice((root?.length ?? 0) + 1).split(".");
  if (!below) return pathFault("path", `Must be a path inside one of ${Object.keys(detail).sort().join(", ")}`);
  const names = steps.map((step) => step.replace("[]", ""));
  const secret = names.find((name) => below.sealing?.names.includes(name.toLowerCase()));
  if (secret) return pathFault("path", `${secret} is sensitive and stored encrypted: records cannot be found by it`);
  const typeResult = below.schema ? findType(below.schema(), steps) : { type: undefined };
  if ("message" in typeResult) return pathFault("path", typeResult.message);
  if (type !== undefined && typeResult.type !== undefined && type !== typeResult.type)
    return pathFault("type", `Must be ${typeResult.type}`);
  const resolvedType = typeResult.type ?? type ?? "text";
  if (sort && (hasManyValues(path) || resolvedType === "choices"))
    return pathFault("sort", "Not allowed: a record can have several values at this path");
  return { type: resolvedType };
}

/** Returns the type that a schema gives for a path; undefined if any type is possible. */
function findType(schema: Json, steps: readonly string[]): { type: FieldType | undefined } | { message: string } {
  let nodes = listAlternatives(schema);
  for (const step of steps) {
    const name = step.replace("[]", "");
    const inner = nodes.flatMap((node) => listChildren(node, name));
    if (inner.length === 0) return { message: `The schema has no ${name} at this path` };
    const lists = inner.filter(({ items }) => items !== undefined);
    if (step.endsWith("[]")) {
      if (lists.length === 0 && !inner.some(isUntyped)) return { message: `${name} is not a list` };
      nodes = [...lists.flatMap(({ items }) => listAlternatives(items)), ...inner.filter(isUntyped)];
    } else {
      const isLast = step === steps.at(-1);
      if (lists.length > 0 && !(isLast && isListOfValues(lists))) return { message: `${name} is a list: use ${name}[]` };
      nodes = inner;
    }
  }
  if (nodes.some(isUntyped)) return { type: undefined };
  const types = new Set(nodes.flatMap((node) => nodeType(node) ?? []));
  if (types.size === 0) return { message: "The path does not lead to a single value" };
  return { type: types.size === 1 ? [...types][0] : "text" };
}

/** Returns the alternatives of a schema, except null. */
function listAlternatives(schema: unknown): Json[] {
  if (schema === true) return [{}];
  if (schema === null || typeof schema !== "object") return [];
  const node = schema as Json;
  const among = (node.anyOf ?? node.oneOf) as unknown[] | undefined;
  if (among) return among.flatMap(listAlternatives);
  if (Array.isArray(node.type)) return node.type.flatMap((type) => listAlternatives({ ...node, type }));
  return node.type === "null" ? [] : [node];
}

/** Whether the schema allows any type. */
const isUntyped = (node: Json): boolean =>
  node.$ref !== undefined || !["type", "enum", "const"].some((key) => node[key] !== undefined);

function listChildren(node: Json, name: string): Json[] {
  if (isUntyped(node)) return [node];
  const properties = (node.properties ?? {}) as Json;
  if (Object.hasOwn(properties, name)) return listAlternatives(properties[name]);
  return node.type === "object" && node.additionalProperties ? listAlternatives(node.additionalProperties) : [];
}

const isListOfValues = (lists: readonly Json[]): boolean =>
  lists.every(({ items }) => listAlternatives(items).every((item) => nodeType(item) !== undefined && item.items === undefined));

function nodeType(node: Json): FieldType | undefined {
  if (node.items !== undefined) return isListOfValues([node]) ? "choices" : undefined;
  if (node.enum !== undefined || node.const !== undefined) return typeof node.const === "number" ? "integer" : "choice";
  if (node.type === "integer" || node.type === "number" || node.type === "boolean") return node.type;
  if (node.type !== "string") return undefined;
  if (node.format === "date") return "date";
  if (node.format === "date-time") return "instant";
  return node["x-type"] === "money" ? "money" : "text";
}
