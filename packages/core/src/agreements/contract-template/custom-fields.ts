import { isInUse, listDefinitions } from "../../platform/custom-field/definitions.ts";
import { CustomFields, type Values } from "../../platform/custom-field/values.ts";
import type { CustomTypes, Type } from "./merge-fields.rules.ts";

/** The tenant's own fields of contracts. Only fields that every role sees can be used, because everyone who sees a contract reads its text. */

type CustomFieldRecord = Awaited<ReturnType<typeof listDefinitions>>[number];

const ENTITY = "contract";

const typesByFieldType: Partial<Record<CustomFieldRecord["field_type"], Type>> = {
  number: "number",
  money: "money",
  date: "date",
  boolean: "boolean",
  checkbox: "boolean",
};

const listVisibleDefinitions = async (): Promise<CustomFieldRecord[]> =>
  (await listDefinitions(ENTITY)).filter((definition) => isInUse(definition) && definition.visible_to.length === 0);

/** Returns the types of the usable fields, by name. */
export async function loadCustomTypes(): Promise<CustomTypes> {
  return new Map(
    (await listVisibleDefinitions()).map(({ field_name, field_type }) => [field_name, typesByFieldType[field_type] ?? "text"]),
  );
}

/** Returns the values of a contract's own fields. For choices it returns the labels. */
export async function readCustomValues(values: Values | null): Promise<Record<string, unknown>> {
  const [definitions, seen] = [await listVisibleDefinitions(), (await CustomFields.loadPresenter(ENTITY))(values)];
  return Object.fromEntries(
    definitions.map(({ field_name, picklist_values }) => {
      const labels = new Map((picklist_values ?? []).map(({ code, label }) => [code, label]));
      const findLabel = (code: unknown): unknown => labels.get(String(code)) ?? code;
      const value = seen[field_name];
      return [field_name, Array.isArray(value) ? value.map(findLabel) : findLabel(value ?? null)];
    }),
  );
}
