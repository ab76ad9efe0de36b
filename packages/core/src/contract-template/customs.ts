import { definitionsOf, isInUse } from "../custom-field/definitions.ts";
import { CustomFields, type Values } from "../custom-field/values.ts";
import type { Customs, Type } from "./merge.rules.ts";

/** The tenant's own fields of contracts, as far as everybody sees them: whoever sees a contract reads its text. */

type CustomFieldRecord = Awaited<ReturnType<typeof definitionsOf>>[number];

const ENTITY = "contract";

const typeOf: Partial<Record<CustomFieldRecord["field_type"], Type>> = {
  number: "number",
  money: "money",
  date: "date",
  boolean: "boolean",
  checkbox: "boolean",
};

const open = async (): Promise<CustomFieldRecord[]> =>
  (await definitionsOf(ENTITY)).filter((definition) => isInUse(definition) && definition.visible_to.length === 0);

/** With their types. */
export async function customs(): Promise<Customs> {
  return new Map((await open()).map(({ field_name, field_type }) => [field_name, typeOf[field_type] ?? "text"]));
}

/** What a contract says in them: of what was chosen its label. */
export async function customValues(values: Values | null): Promise<Record<string, unknown>> {
  const [definitions, seen] = [await open(), (await CustomFields.seen(ENTITY))(values)];
  return Object.fromEntries(
    definitions.map(({ field_name, picklist_values }) => {
      const labels = new Map((picklist_values ?? []).map(({ code, label }) => [code, label]));
      const named = (each: unknown): unknown => labels.get(String(each)) ?? each;
      const value = seen[field_name];
      return [field_name, Array.isArray(value) ? value.map(named) : named(value ?? null)];
    }),
  );
}
