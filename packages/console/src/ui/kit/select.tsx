import { ChevronDown } from "lucide-react";
import { Button } from "react-aria-components/Button";
import type { Key } from "react-aria-components/ListBox";
import { ListBox } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, type SelectProps as AriaSelectProps, SelectValue } from "react-aria-components/Select";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { fieldClass, inputClass } from "./field-classes.ts";
import { type Option, OptionItem, OptionLabel, OptionNote, optionListClass } from "./option.tsx";
import { popoverClass } from "./popover.ts";

type SelectionMode = "single" | "multiple";

interface SelectProps<M extends SelectionMode>
  extends FieldProps,
    Omit<
      AriaSelectProps<Option, M>,
      "children" | "className" | "style" | "isInvalid" | "validate" | "selectionMode" | "placeholder"
    > {
  readonly options: readonly Option[];
  readonly selectionMode?: M;
  /** What the field shows without a choice. */
  readonly placeholder?: string;
}

const listFieldClass = joinClasses(
  inputClass,
  "flex items-center gap-2 text-start in-data-invalid:border-danger data-focus-visible:focus-ring",
);

/** One or several of at most some twenty choices. More are easier to find in a `Combobox`. */
export function Select<M extends SelectionMode = "single">({
  label,
  help,
  error,
  note,
  isLabelHidden,
  options,
  placeholder,
  ...props
}: SelectProps<M>) {
  const t = useText();
  return (
    <AriaSelect<Option, M> {...props} isInvalid={error !== undefined} className={fieldClass}>
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <Button className={listFieldClass}>
        <SelectValue<Option> className="flex min-w-0 flex-1 items-center gap-2 data-placeholder:text-text-muted">
          {({ selectedItems, isPlaceholder }) =>
            isPlaceholder ? (placeholder ?? t("Choose…")) : <SelectedOptions options={options} items={selectedItems} />
          }
        </SelectValue>
        <ChevronDown className="text-text-muted" />
      </Button>
      <FieldMessages help={help} error={error} />
      <Popover offset={4} className={joinClasses(popoverClass, "min-w-(--trigger-width) max-w-drawer")}>
        <ListBox items={options} className={optionListClass} renderEmptyState={() => <OptionNote>{t("No choices")}</OptionNote>}>
          {(option) => <OptionItem option={option} />}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function SelectedOptions({
  options,
  items,
}: {
  readonly options: readonly Option[];
  readonly items: readonly (Option | null)[];
}) {
  const chosen = items.flatMap((item) => options.filter(({ id }) => id === item?.id));
  const [first] = chosen;
  if (first && chosen.length === 1) return <OptionLabel option={first} />;
  const names = chosen.map(({ label }) => label).join(", ");
  return (
    <span className="truncate" title={names}>
      {names}
    </span>
  );
}

export const toKeys = (value: Key | readonly Key[] | null): string[] =>
  (Array.isArray(value) ? value : value === null ? [] : [value]).map(String);
