import type { Field } from "../../api/schema.ts";
import { FieldInput } from "../fields/field-input.tsx";
import type { FormState } from "./form-state.ts";

interface ActionFieldsProps {
  readonly fields: readonly Field[];
  readonly form: FormState;
  /** The record that the action is about. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Whether an input is required, although the action also works without it in other cases. */
  readonly isRequired?: (field: Field) => boolean;
}

/** The inputs of an action. The first one has the focus. */
export function ActionFields({ fields, form, record, isRequired = () => false }: ActionFieldsProps) {
  return fields.map((field, index) => (
    <FieldInput
      key={field.name}
      field={field}
      value={form.values[field.name]}
      values={form.values}
      record={record}
      errors={form.errors.fields}
      onChange={(value) => form.set(field.name, value)}
      error={form.errors.fields[field.name]}
      note={field.required || isRequired(field) ? "required" : undefined}
      autoFocus={index === 0}
    />
  ));
}
