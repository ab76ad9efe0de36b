import { useMemo } from "react";
import { ListBox } from "react-aria-components/ListBox";
import { useText } from "../i18n/use-text.ts";
import { DateField } from "./date-field.tsx";
import type { FilterField } from "./filter-field.ts";
import { type FilterCondition, takesSeveral } from "./filter-operators.ts";
import { MoneyField } from "./money-field.tsx";
import { NumberField } from "./number-field.tsx";
import { OptionItem, optionListClass } from "./option.tsx";
import { createOptionSearch, OptionSearchList } from "./option-search-list.tsx";
import { SegmentedControl } from "./segmented-control.tsx";
import { TextField } from "./text-field.tsx";

interface FilterValueProps {
  readonly field: FilterField;
  readonly condition: FilterCondition;
  readonly onChange: (values: readonly string[]) => void;
  /** Called after a choice that completes the condition. */
  readonly onDone: () => void;
}

const toValues = (value: string | null): readonly string[] => (value === null ? [] : [value]);

/** The input for the values of a condition, by the type of the field. */
export function FilterValue({ field, condition, onChange, onDone }: FilterValueProps) {
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
      return <ChoiceValue field={field} condition={condition} onChange={onChange} onDone={onDone} />;
    case "reference":
      return <ReferenceValue field={field} condition={condition} onChange={onChange} onDone={onDone} />;
    case "date":
    case "instant":
      return <DateField label={label} value={first} onChange={(value) => onChange(toValues(value))} />;
    case "money":
      return (
        <MoneyField
          label={label}
          autoFocus
          currency={field.currency ?? "EUR"}
          value={first}
          onChange={(value) => onChange(toValues(value))}
        />
      );
    case "number":
      return (
        <NumberField
          label={label}
          autoFocus
          value={first === null ? Number.NaN : Number(first)}
          onChange={(value) => onChange(Number.isNaN(value) ? [] : [String(value)])}
        />
      );
    default:
      return (
        <TextField
          label={label}
          autoFocus
          value={first ?? ""}
          onChange={(value) => onChange([value])}
          onKeyDown={({ key }) => {
            if (key === "Enter") onDone();
          }}
        />
      );
  }
}

/** More choices than these are found by typing. */
const MAX_LISTED = 12;

function ChoiceValue({ field, condition, onChange, onDone }: FilterValueProps) {
  const { options = [] } = field;
  const search = useMemo(() => createOptionSearch(options), [options]);
  const [id] = condition.values;
  const isMultiple = takesSeveral(condition.operator);
  if (!isMultiple && options.length > MAX_LISTED)
    return (
      <OptionSearchList
        label={field.label}
        value={options.find((option) => option.id === id) ?? null}
        search={search}
        onChoose={(option) => {
          onChange([option.id]);
          onDone();
        }}
      />
    );
  return (
    <ListBox
      aria-label={field.label}
      items={options}
      autoFocus="first"
      // Escape closes the panel. It must not take the choice back.
      escapeKeyBehavior="none"
      selectionMode={isMultiple ? "multiple" : "single"}
      // A value may be named by its id in place of its code.
      selectedKeys={condition.values.map((value) => options.find(({ label }) => label === field.names?.[value])?.id ?? value)}
      onSelectionChange={(keys) => {
        onChange(keys === "all" ? options.map((option) => option.id) : [...keys].map(String));
        if (!isMultiple) onDone();
      }}
      className={optionListClass}
    >
      {(option) => <OptionItem option={option} />}
    </ListBox>
  );
}

/** The condition has only the id of a record. Its name comes from the options of the field, or from the choice. */
function ReferenceValue({ field, condition, onChange, onDone }: FilterValueProps) {
  const [id] = condition.values;
  const search = useMemo(() => field.search ?? createOptionSearch(field.options ?? []), [field]);
  const known = (field.options ?? []).find((option) => option.id === id);
  return (
    <OptionSearchList
      label={field.label}
      value={id === undefined ? null : (known ?? { id, label: field.names?.[id] ?? id })}
      search={search}
      onChoose={(option) => {
        onChange([option.id]);
        onDone();
      }}
    />
  );
}
