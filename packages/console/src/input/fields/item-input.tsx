import { Select, toKeys } from "../../ui/kit/select.tsx";
import { type FieldInputProps, useHelp } from "./field-input.tsx";
import { listItemChoices } from "./part-rules.ts";

/** Parts of the record that the form is about: one line of an order, or several comments of a ticket. */
export function ItemInput({ field, value, onChange, record, error, note, autoFocus }: FieldInputProps) {
  const common = { label: field.label, help: useHelp(field), error, note, autoFocus };
  const options = listItemChoices(record?.[field.item_of ?? ""]).map(({ id, name }) => ({ id, label: name }));
  return field.multiple ? (
    <Select
      {...common}
      selectionMode="multiple"
      options={options}
      value={(value as readonly string[] | null | undefined) ?? []}
      onChange={(keys) => onChange(toKeys(keys))}
    />
  ) : (
    <Select
      {...common}
      options={options}
      value={value ? String(value) : null}
      onChange={(key) => onChange(key === null ? null : String(key))}
    />
  );
}
