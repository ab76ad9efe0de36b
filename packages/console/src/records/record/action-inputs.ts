import { type ActionField, listActionFields } from "../../api/action-fields.ts";
import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import type { Action, Field } from "../../api/kind.ts";
import { listPartFields } from "../../api/value-text.ts";
import { hasFormInput } from "../../input/fields/part-rules.ts";

/** Which inputs the dialog of an action has. Pure. */

type Values = Readonly<Record<string, unknown>>;

/** Lists the inputs that can be filled in, without those whose values are known. The currency is that of the record. */
export function listInputs(action: Action, record: Values, preset: Values): readonly ActionField[] {
  const fields = listActionFields(action);
  const currencies = fields.flatMap(({ currency_field }) =>
    currency_field !== undefined && typeof record[currency_field] === "string" ? [currency_field] : [],
  );
  return fields.filter((field) => hasFormInput(field) && !(field.name in preset) && !currencies.includes(field.name));
}

/** Whether an input is required for the record, with the values of the other inputs. */
export const isRequiredInput = (fields: readonly Field[], field: Field, values: Values): boolean =>
  field.required ||
  (field.required_when !== undefined && matchesCondition(field.required_when, values, createCodeFinder(fields)));

/** Lists the inputs that apply: first those that are required at the start, or have a suggestion, so that none moves while the user types. */
export function orderInputs(
  fields: readonly ActionField[],
  start: Values,
  values: Values,
  suggested: Values,
): readonly ActionField[] {
  const codeFor = createCodeFinder(fields);
  const shown = fields.filter(({ visible_when }) => matchesCondition(visible_when, values, codeFor));
  const isFirst = (field: ActionField): boolean =>
    field.first === true || field.name in suggested || isRequiredInput(fields, field, start);
  return [...shown.filter(isFirst), ...shown.filter((field) => !isFirst(field))];
}

/** Returns the values without those of inputs that do not apply: a suggestion for such an input is not sent. */
export function omitHiddenInputs(values: Values, known: readonly Field[], shown: readonly Field[]): Values {
  const names = new Set(known.filter((field) => !shown.includes(field)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}

/** Lists the lists beside the record whose entries the inputs name, such as the comments of a ticket. */
export const listItemLists = (fields: readonly Field[], record: Values): string[] => {
  const names = [...fields, ...fields.flatMap((field) => listPartFields(field))].flatMap(({ item_of }) => item_of ?? []);
  return [...new Set(names)].filter((name) => !Array.isArray(record[name]));
};
