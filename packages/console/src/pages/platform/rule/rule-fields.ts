import { fieldLabel } from "../../../api/field-label.ts";
import type { Field } from "../../../api/kind.ts";
import type { JsonSchema } from "../../../api/step-schema.ts";
import type { RuleText } from "./rule-names.ts";
import { dropNull } from "./rule-shape.ts";

/** Reads the JSON Schema of a rule as fields of a form. Pure. */

interface SchemaPart extends JsonSchema {
  readonly "x-type"?: string;
  readonly "x-format"?: string;
  readonly "x-master"?: string;
  readonly maxItems?: number;
}

/** Master data that conditions list by their name alone. */
const listedMasters: Readonly<Record<string, string>> = {
  territories: "territories",
  sources: "lead_sources",
  countries: "countries",
  states: "states",
  industries: "industries",
  targets: "industries",
  product_lines: "product_lines",
  categories: "ticket_categories",
  types: "customer_types",
};

/** The master data that a property names; undefined if it has other values. */
export function findMaster(name: string, part: JsonSchema): string | undefined {
  const schema = dropNull(part) as SchemaPart;
  const items = (schema.items ?? {}) as SchemaPart;
  const declared = schema["x-master"] ?? items["x-master"];
  if (declared !== undefined) return declared;
  return schema.type === "array" && items.type === "string" && items.enum === undefined ? listedMasters[name] : undefined;
}

/** The values of a property that has fixed ones. */
export function listChoices(part: JsonSchema): readonly unknown[] | undefined {
  const schema = dropNull(part);
  if (schema.enum) return schema.enum;
  const variants = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== "null");
  return variants && variants.length > 0 && variants.every((variant) => variant.const !== undefined)
    ? variants.map((variant) => variant.const)
    : undefined;
}

const isMoney = ({ "x-type": type }: SchemaPart): boolean => type === "money";

/** Returns a property as a field; undefined if the console has no input for it. */
export function toField(name: string, part: JsonSchema, isRequired: boolean, text: RuleText): Field | undefined {
  const schema = dropNull(part) as SchemaPart;
  const master = findMaster(name, part);
  const common = {
    name,
    label: text.nameField(name),
    required: isRequired,
    // The API explains values to engineers: what it calls null, a form leaves empty.
    ...(schema.description === undefined ? {} : { help: schema.description.replaceAll(/`?\bnull\b`?/g, "empty") }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.maxLength === undefined ? {} : { max_length: schema.maxLength }),
    ...(schema.minimum === undefined ? {} : { min: schema.minimum }),
    ...(schema.maximum === undefined || schema.maximum > 1e12 ? {} : { max: schema.maximum }),
  };
  const build = (more: Partial<Field>): Field => ({ ...common, ...more }) as Field;
  const toChoices = (values: readonly unknown[]) =>
    values.map((value) => ({ code: String(value), name: text.nameChoice(name, String(value)) }));
  // Rules store codes, which inputs with choices name and return.
  const toMaster = (kind: string): Partial<Field> => {
    const choices = text.listValues?.(kind);
    return { master: kind, ...(choices ? { choices: choices as Field["choices"] } : {}) };
  };
  const values = listChoices(schema);
  if (values) return build({ type: "choice", choices: toChoices(values) as Field["choices"] });
  if (schema.type === "array") {
    const items = (schema.items ?? {}) as SchemaPart;
    const itemValues = listChoices(items);
    if (itemValues) return build({ type: "choice", multiple: true, choices: toChoices(itemValues) as Field["choices"] });
    if (master) return build({ type: "master", multiple: true, ...toMaster(master) });
    if (items.type === "string") return build({ type: "text", multiple: true, format: "tags" });
    if (items.type !== "object") return undefined;
    return build({ type: "json", multiple: true, fields: toFields(items, text) as Field["fields"] });
  }
  if (schema.type === "object")
    return schema.properties ? build({ type: "json", fields: toFields(schema, text) as Field["fields"] }) : undefined;
  if (master) return build({ type: "master", ...toMaster(master) });
  if (schema["x-record"] !== undefined) return build({ type: "reference", record: schema["x-record"] });
  if (isMoney(schema)) return build({ type: "money", currency_field: "currency" });
  const type = [schema.type].flat().find((candidate) => candidate !== "null");
  if (type === "boolean" || type === "integer" || type === "number") return build({ type });
  return type === "string" ? build({ type: "text" }) : undefined;
}

/** Returns the properties of an object as fields. */
export const toFields = (schema: JsonSchema, text: RuleText): Field[] =>
  Object.entries(schema.properties ?? {}).flatMap(
    ([name, part]) => toField(name, part, schema.required?.includes(name) === true, text) ?? [],
  );

/** Whether the properties of an object all have inputs. */
export const hasAllInputs = (schema: JsonSchema): boolean =>
  Object.entries(schema.properties ?? {}).every(
    ([name, part]) => toField(name, part, false, plainText) !== undefined || !schema.required?.includes(name),
  );

const plainText: RuleText = { nameField: fieldLabel, nameChoice: (_name, value) => fieldLabel(value.toLowerCase()) };

/** Lists the kinds of master data that a schema names, with the objects inside. */
export function listMasters(schema: JsonSchema): string[] {
  const found = new Set<string>();
  const visit = (part: JsonSchema): void => {
    for (const [name, inner] of Object.entries(dropNull(part).properties ?? {})) {
      const master = findMaster(name, inner);
      if (master) found.add(master);
      const plain = dropNull(inner);
      visit(plain);
      if (plain.items) visit(plain.items);
    }
  };
  visit(schema);
  return [...found];
}
