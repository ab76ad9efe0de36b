import type { Field } from "../data/schema.ts";
import { FieldInput } from "../fields/field-input.tsx";
import type { FormState } from "./form-state.ts";

interface ActionFieldsProps {
  readonly fields: readonly Field[];
  readonly form: FormState;
  /** Whether all of them are required, although the action also works without. */
  readonly areRequired?: boolean;
}

/** The inputs of an action. The first one has the focus. */
export function ActionFields({ fields, form, areRequired = false }: ActionFieldsProps) {
  return fields.map((field, index) => (
    <FieldInput
      key={field.name}
      field={field}
      value={form.values[field.name]}
      values={form.values}
      onChange={(value) => form.set(field.name, value)}
      error={form.errors.fields[field.name]}
      note={field.required || areRequired ? "required" : undefined}
      autoFocus={index === 0}
    />
  ));
}
