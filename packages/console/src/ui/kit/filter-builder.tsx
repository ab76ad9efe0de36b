import { ListFilter, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { useLocale } from "react-aria-components/I18nProvider";
import { Popover } from "react-aria-components/Popover";
import { dateFormat } from "../i18n/formatters.ts";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { joinClasses } from "./classes.ts";
import { formatDecimal, isDecimal } from "./decimal.ts";
import type { FilterField } from "./filter-field.ts";
import { type FilterCondition, type FilterOperator, type FilterType, isComplete, listOperators } from "./filter-operators.ts";
import { FilterValue } from "./filter-value.tsx";
import { Menu, MenuItem, MenuSection } from "./menu.tsx";
import { popoverClass } from "./popover.ts";
import { type DatePreset, listDatePresets, nameRelativeDate } from "./relative-date.ts";
import { Select, toKeys } from "./select.tsx";

interface FilterBuilderProps {
  readonly fields: readonly FilterField[];
  readonly value: readonly FilterCondition[];
  readonly onChange: (value: readonly FilterCondition[]) => void;
  /** The label of a field that finds a filter among many. */
  readonly searchLabel?: string;
}

const isTime = (type: FilterType): boolean => type === "date" || type === "instant";

/** Writes a day, a period of days, or a relative date. What the list would refuse stays as it is. */
function nameDate(value: string, locale: string, t: Translate): string {
  const format = dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const [first, last = first] = value.split("/").map((day) => new Date(day));
  const isValid = first && last && !Number.isNaN(first.getTime()) && !Number.isNaN(last.getTime());
  return nameRelativeDate(value, locale, t) ?? (isValid ? format.formatRange(first, last) : value);
}

function nameOperator(t: Translate, operator: FilterOperator, type: FilterType): string {
  const isDate = isTime(type);
  const names: Record<FilterOperator, string> = {
    eq: t("is"),
    ne: t("is not"),
    in: t("is one of"),
    not_in: t("is none of"),
    prefix: t("starts with"),
    contains: t("contains"),
    not_contains: t("does not contain"),
    gt: isDate ? t("is after") : t("is more than"),
    gte: isDate ? t("is on or after") : t("is at least"),
    lt: isDate ? t("is before") : t("is less than"),
    lte: isDate ? t("is on or before") : t("is at most"),
    has: t("contains"),
    not_has: t("does not contain"),
    is_null: t("is empty"),
  };
  return names[operator];
}

/** Writes a condition as a user says it. */
export function describeCondition(t: Translate, locale: string, field: FilterField, { operator, values }: FilterCondition) {
  if (operator === "is_null") return { verb: values[0] === "false" ? t("is not empty") : t("is empty"), text: "" };
  const write = (value: string): string => {
    const option = field.options?.find(({ id }) => id === value);
    const name = option?.label ?? field.names?.[value];
    if (name !== undefined) return name;
    if (field.type === "boolean") return value === "true" ? t("yes") : t("no");
    if (isTime(field.type)) return nameDate(value, locale, t);
    if ((field.type === "number" || field.type === "money") && isDecimal(value))
      return [formatDecimal(value, locale), field.currency].filter(Boolean).join(" ");
    return value;
  };
  return { verb: nameOperator(t, operator, field.type), text: values.map(write).join(", ") };
}

/** Typing changes a filter with each key. */
const PAUSE_MS = 250;

interface Draft {
  readonly index: number;
  readonly conditions: readonly FilterCondition[];
}

/** The filters of a list, each as a sentence that can be changed and taken away. */
export function FilterBuilder({ fields, value, onChange, searchLabel }: FilterBuilderProps) {
  const t = useText();
  // While a filter is open it may have no value yet, and the list follows after a pause.
  const [draft, setDraft] = useState<Draft>();
  /** What the list does not have yet. A choice and the end of the dialog come in one event, so it is not in the state only. */
  const pending = useRef<readonly FilterCondition[]>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const conditions = draft?.conditions ?? value;
  const send = (next: readonly FilterCondition[]): void => {
    clearTimeout(timer.current);
    pending.current = undefined;
    onChange(next.filter(isComplete));
  };
  const replace = (index: number, condition: FilterCondition): void => {
    const next = conditions.map((old, position) => (position === index ? condition : old));
    setDraft({ index, conditions: next });
    pending.current = next;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(next), PAUSE_MS);
  };
  const close = (): void => {
    if (pending.current) send(pending.current);
    setDraft(undefined);
  };
  const remove = (index: number): void => {
    setDraft(undefined);
    send(conditions.filter((_, position) => position !== index));
  };
  const add = (name: string): void => {
    const field = fields.find((candidate) => candidate.name === name);
    if (!field) return;
    const condition: FilterCondition = { field: name, operator: listOperators(field)[0] ?? "eq", values: [] };
    setDraft({ index: value.length, conditions: [...value, condition] });
  };
  return (
    <div
      role="toolbar"
      aria-label={t("Filters")}
      className={joinClasses("flex flex-wrap items-center gap-2", conditions.length === 0 ? "shrink-0" : "min-w-0")}
    >
      {conditions.map((condition, index) => {
        const field = fields.find(({ name }) => name === condition.field);
        return field === undefined ? null : (
          <FilterChip
            // Two conditions may be about the same field, and their order does not change.
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no id
            key={index}
            field={field}
            condition={condition}
            isNew={draft?.index === index && index >= value.length}
            onOpen={() => setDraft({ index, conditions })}
            onChange={(next) => replace(index, next)}
            onRemove={() => remove(index)}
            onClose={close}
          />
        );
      })}
      <Menu
        searchLabel={searchLabel}
        onAction={(key) => add(String(key))}
        trigger={
          <Button isSmall variant="quiet" icon={<ListFilter />}>
            <span className="sr-only tablet:not-sr-only">{t("Filter")}</span>
          </Button>
        }
      >
        {[
          ...Map.groupBy(
            fields.filter(({ isHidden }) => !isHidden),
            ({ group }) => group,
          ),
        ].map(([group, offered]) => {
          const items = offered.map((field) => <MenuItem key={field.name} id={field.name} label={field.label} />);
          return group === undefined ? (
            items
          ) : (
            <MenuSection key={group} title={group}>
              {items}
            </MenuSection>
          );
        })}
      </Menu>
      {value.length > 1 ? (
        <Button isSmall variant="quiet" onPress={() => onChange([])}>
          {t("Clear")}
        </Button>
      ) : null}
    </div>
  );
}

interface FilterChipProps {
  readonly field: FilterField;
  readonly condition: FilterCondition;
  readonly isNew: boolean;
  readonly onChange: (condition: FilterCondition) => void;
  readonly onRemove: () => void;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

const partClass = "flex h-control-small min-w-0 items-center gap-1 px-2 transition-colors focus-ring data-hovered:bg-hover";

function FilterChip({ field, condition, isNew, onChange, onRemove, onOpen, onClose }: FilterChipProps) {
  const t = useText();
  const { locale } = useLocale();
  const { verb, text } = describeCondition(t, locale, field, condition);
  return (
    // The border is drawn over the parts, so that the chip is as high as the buttons beside it, and its targets too.
    <span className="relative flex max-w-full min-w-0 items-stretch rounded-control bg-surface text-control after:pointer-events-none after:absolute after:inset-0 after:rounded-control after:border after:border-border">
      <DialogTrigger
        defaultOpen={isNew}
        onOpenChange={(isOpen) => {
          if (isOpen) onOpen();
          else onClose();
        }}
      >
        <AriaButton className={joinClasses(partClass, "rounded-s-control")}>
          <span className="shrink-0 text-text-muted">{field.label}</span>
          <span className="shrink-0 text-text-muted">{verb}</span>
          <span dir="auto" className="truncate font-medium" title={text}>
            {text}
          </span>
        </AriaButton>
        <Popover offset={4} placement="bottom start" className={joinClasses(popoverClass, "w-menu max-w-full")}>
          <Dialog aria-label={t("Filter by {label}", { label: field.label })} className="flex flex-col gap-4 p-4 outline-none">
            {({ close }) => <ConditionForm field={field} condition={condition} onChange={onChange} onDone={close} />}
          </Dialog>
        </Popover>
      </DialogTrigger>
      <AriaButton
        aria-label={t("Remove {label}", { label: field.label })}
        onPress={onRemove}
        className={joinClasses(
          partClass,
          "min-w-target shrink-0 justify-center rounded-e-control border-s border-border text-text-muted data-hovered:text-text",
        )}
      >
        <X />
      </AriaButton>
    </span>
  );
}

function ConditionForm({
  field,
  condition,
  onChange,
  onDone,
}: Pick<FilterChipProps, "field" | "condition" | "onChange"> & { readonly onDone: () => void }) {
  const t = useText();
  const offered = listOperators(field);
  // A saved view or an address may have one that the menu does not offer.
  const operators = offered.includes(condition.operator) ? offered : [condition.operator, ...offered];
  const options = operators.map((operator) => ({ id: operator, label: nameOperator(t, operator, field.type) }));
  const choose = (operator: FilterOperator): void => {
    const isNullNow = operator === "is_null";
    const wasNull = condition.operator === "is_null";
    onChange({ ...condition, operator, values: isNullNow ? ["true"] : wasNull ? [] : condition.values });
  };
  return (
    <>
      {operators.length < 2 ? null : (
        <Select
          label={t("Condition")}
          options={options}
          value={condition.operator}
          onChange={(key) => choose((toKeys(key)[0] ?? "eq") as FilterOperator)}
        />
      )}
      <FilterValue
        field={field}
        condition={condition}
        onChange={(values) => onChange({ ...condition, values })}
        onDone={onDone}
      />
      {isTime(field.type) && condition.operator !== "is_null" ? (
        <DatePresets
          presets={listDatePresets(field.type).filter(({ operator }) => operators.includes(operator))}
          onChoose={({ operator, value }) => {
            onChange({ ...condition, operator, values: [value] });
            onDone();
          }}
        />
      ) : null}
    </>
  );
}

interface DatePresetsProps {
  readonly presets: readonly DatePreset[];
  readonly onChoose: (preset: DatePreset) => void;
}

/** Relative dates beside the field for a date. A saved view stores them as they are, so they follow the day. */
function DatePresets({ presets, onChoose }: DatePresetsProps) {
  const t = useText();
  const { locale } = useLocale();
  const capitalize = (words: string): string => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
  return (
    <Group aria-label={t("Relative dates")} className="flex flex-wrap gap-1">
      {presets.map((preset) => (
        <Button key={`${preset.operator} ${preset.value}`} isSmall variant="quiet" onPress={() => onChoose(preset)}>
          {preset.operator === "lt" ? t("Overdue") : capitalize(nameRelativeDate(preset.value, locale, t) ?? preset.value)}
        </Button>
      ))}
    </Group>
  );
}
