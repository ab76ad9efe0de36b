import { fieldLabel } from "../../api/field-label.ts";
import type { Kind } from "../../api/kind.ts";

/** Returns the labels of fields by their names. A custom field is `custom_fields.name`. */
export const listMissingLabels = ({ fields }: Pick<Kind, "fields">, names: readonly string[]): string[] =>
  names.map((name) => fields.find((field) => field.name === name)?.label ?? fieldLabel(name.replace(/^custom_fields\./, "")));
