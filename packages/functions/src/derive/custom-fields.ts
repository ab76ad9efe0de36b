import type { FieldInfo } from "@crm/core/kernel/field-info.ts";
import { CustomField } from "@crm/core/platform/custom-field/custom-field.ts";
import { jsonSchema } from "./json-schema.ts";

type JsonObject = Record<string, unknown>;

/**
 * Returns the schemas of the tenant's own fields, for the places in its document that read or write them: by entity and use, as
 * the schemas of the operations name them (`lead whole`). It includes only fields that the caller sees.
 */
export async function buildCustomSchemas(): Promise<Record<string, JsonObject>> {
  const schemas: Record<string, JsonObject> = {};
  for (const entity of CustomField.listEntities()) {
    const definitions = await CustomField.listVisibleDefinitions(entity);
    const requiredFields = definitions.filter(
      (definition) => definition.is_required && definition.default_value === null && CustomField.canEditField(definition),
    );
    schemas[`${entity} shown`] = buildObjectSchema(definitions, fieldOutputSchema, definitions);
    schemas[`${entity} whole`] = buildObjectSchema(definitions, fieldInputSchema, requiredFields);
    schemas[`${entity} patch`] = buildObjectSchema(definitions, fieldInputSchema, []);
  }
  return schemas;
}

type Definitions = readonly CustomField.Definition[];

function buildObjectSchema(
  definitions: Definitions,
  described: (definition: CustomField.Definition) => JsonObject,
  required: Definitions,
): JsonObject {
  const names = required.map(({ field_name }) => field_name);
  return {
    type: "object",
    properties: Object.fromEntries(definitions.map((definition) => [definition.field_name, described(definition)])),
    ...(names.length > 0 ? { required: names } : {}),
    additionalProperties: false,
  };
}

/** Without bounds: a stored value may be older than the present bounds. */
function fieldOutputSchema(definition: CustomField.Definition): JsonObject {
  const codes = (definition.picklist_values ?? []).map(({ code }) => code);
  return withFieldLabel(definition, fieldTypeSchema({ ...definition, validation: null }, codes));
}

function fieldInputSchema(definition: CustomField.Definition): JsonObject {
  const { validation, default_value, picklist_values } = definition;
  const offeredCodes = (picklist_values ?? []).filter(({ is_retired }) => !is_retired).map(({ code }) => code);
  const { min, max, min_length, max_length, pattern } = validation ?? {};
  const bounds = {
    ...(typeof min === "number" ? { minimum: min } : {}),
    ...(typeof max === "number" ? { maximum: max } : {}),
    ...(min_length === undefined ? {} : { minLength: min_length }),
    ...(max_length === undefined ? {} : { maxLength: max_length }),
    ...(pattern === undefined ? {} : { pattern }),
  };
  return {
    ...withFieldLabel(definition, { ...fieldTypeSchema(definition, offeredCodes), ...bounds }),
    ...(default_value === null ? {} : { default: default_value }),
    ...(CustomField.canEditField(definition) ? {} : { readOnly: true }),
  };
}

/** Describes a field to clients that build forms. */
export function customFieldInfo(definition: CustomField.Definition): FieldInfo {
  const { type, values: _codes, required, synonyms: _synonyms, ...field } = CustomField.toField(definition);
  const { picklist_values, validation, default_value } = definition;
  const activeValues = picklist_values?.filter(({ is_retired }) => !is_retired);
  const { min, max, max_length } = validation ?? {};
  return {
    ...field,
    type: type === "choices" ? "choice" : type,
    multiple: type === "choices",
    required: required && default_value === null,
    ...(activeValues ? { choices: activeValues.map(({ code, label }) => ({ code, name: label })) } : {}),
    ...(max_length === undefined ? {} : { max_length }),
    ...(typeof min === "number" ? { min } : {}),
    ...(typeof max === "number" ? { max } : {}),
  };
}

function fieldTypeSchema(definition: CustomField.Definition, codes: readonly string[]): JsonObject {
  const kind = CustomField.baseType(definition.field_type);
  if (kind === "choice") return { type: "string", enum: codes };
  if (kind === "choices") return { type: "array", items: { type: "string", enum: codes } };
  if (kind === "number") return { type: CustomField.decimalPlaces(definition) === 0 ? "integer" : "number" };
  return jsonSchema(CustomField.buildSchema(definition), "input");
}

const withFieldLabel = ({ field_label, help_text }: CustomField.Definition, value: JsonObject): JsonObject => ({
  title: field_label,
  ...(help_text === null ? {} : { description: help_text }),
  anyOf: [value, { type: "null" }],
});
