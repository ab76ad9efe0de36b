import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { DateField } from "./date-field.tsx";
import type { FilterField } from "./filter-builder.tsx";
import type { FilterCondition } from "./filter-operators.ts";
import { MoneyField } from "./money-field.tsx";
import { NumberField } from "./number-field.tsx";
import type { Option } from "./option.tsx";
import { Reference } from "./reference.tsx";
import { SegmentedControl } from "./segmented-control.tsx";
import { Select, toKeys } from "./select.tsx";
import { TextField } from "./text-field.tsx";

interface FilterValueProps {
  readonly field: FilterField;
  readonly condition: FilterCondition;
  readonly onChange: (values: readonly string[]) => void;
}

const toValues = (value: string | null): readonly string[] => (value === null ? [] : [value]);

/** The input for the values of a condition, by the type of the field. */
export function FilterValue({ field, condition, onChange }: FilterValueProps) {
  const t = useText();
  const [first = null] = condition.values;
  const { label } = field;
  if (condition.operator === "is_null")
    return (
      <SegmentedControl
        label={label}
        value={first ?? "true"}
        onChange={(value) => onChange([value])}
        segments={[
          { id: "true", label: t("empty") },
          { id: "false", label: t("not empty") },
        ]}
      />
    );
  switch (field.type) {
    case "boolean":
      return (
        <SegmentedControl
          label={label}
          value={first ?? ""}
          onChange={(value) => onChange([value])}
          segments={[
            { id: "true", label: t("yes") },
            { id: "false", label: t("no") },
          ]}
        />
      );
    case "choice":
    case "choices":
      return <ChoiceValue field={field} condition={condition} onChange={onChange} />;
    case "reference":
      return <ReferenceValue field={field} condition={condition} onChange={onChange} />;
    case "date":
    case "instant":
      return <DateField label={label} value={first} onChange={(value) => onChange(toValues(value))} />;
    case "money":
      return (
        <MoneyField
          label={label}
          currency={field.currency ?? "EUR"}
          value={first}
          onChange={(value) => onChange(toValues(value))}
        />
      );
    case "number":
      return (
        <NumberField
          label={label}
          value={first === null ? Number.NaN : Number(first)}
          onChange={(value) => onChange(Number.isNaN(value) ? [] : [String(value)])}
        />
      );
    default:
      return <TextField label={label} value={first ?? ""} onChange={(value) => onChange([value])} />;
  }
}

function ChoiceValue({ field, condition, onChange }: FilterValueProps) {
  const options = field.options ?? [];
  if (condition.operator === "in")
    return (
      <Select
        label={field.label}
        options={options}
        selectionMode="multiple"
        value={condition.values}
        onChange={(keys) => onChange(toKeys(keys))}
      />
    );
  return (
    <Select label={field.label} options={options} value={condition.values[0] ?? null} onChange={(key) => onChange(toKeys(key))} />
  );
}

/** The condition has only the id of a record. Its name comes from the options of the field, or from the choice. */
function ReferenceValue({ field, condition, onChange }: FilterValueProps) {
  const [chosen, setChosen] = useState<Option>();
  const [id] = condition.values;
  const known = [chosen, ...(field.options ?? [])].find((option) => option?.id === id);
  return (
    <Reference
      label={field.label}
      value={id === undefined ? null : (known ?? { id, label: id })}
      search={field.search ?? (() => Promise.resolve(field.options ?? []))}
      onChange={(option) => {
        setChosen(option ?? undefined);
        onChange(toValues(option?.id ?? null));
      }}
    />
  );
}
