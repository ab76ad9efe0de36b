import { Plus, Trash2 } from "lucide-react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { type Grouping, MAX_GROUPS, type Period, periods } from "../../../records/report/definition.ts";
import { namePeriod } from "../../../records/report/report-columns.ts";
import { isNumeric, isTime } from "../../../records/report/report-source.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { parseDecimal } from "../../../ui/kit/decimal.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TagField } from "../../../ui/kit/tag-field.tsx";
import { useReportBuilder } from "./builder-context.ts";
import { ErrorText, FieldPicker } from "./builder-parts.tsx";

interface GroupingListProps {
  readonly value: readonly Grouping[];
  readonly onChange: (value: readonly Grouping[]) => void;
}

/** By what a report divides its records: up to three fields. */
export function GroupingList({ value, onChange }: GroupingListProps) {
  const t = useText();
  const { fields } = useReportBuilder();
  const set = (index: number, next: Grouping): void =>
    onChange(value.map((grouping, position) => (position === index ? next : grouping)));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {value.map((grouping, index) => (
        <GroupingField
          // Groupings have no id, and their order is that of the list.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          grouping={grouping}
          index={index}
          onChange={(next) => set(index, next)}
          onRemove={() => onChange(value.filter((_, position) => position !== index))}
        />
      ))}
      {value.length >= MAX_GROUPS ? null : (
        <span>
          <Button isSmall icon={<Plus />} isDisabled={fields.length === 0} onPress={() => onChange([...value, { field: "" }])}>
            {value.length === 0 ? t("Add a grouping") : t("Add a grouping")}
          </Button>
        </span>
      )}
    </div>
  );
}

interface GroupingFieldProps {
  readonly grouping: Grouping;
  readonly index: number;
  readonly onChange: (grouping: Grouping) => void;
  readonly onRemove: () => void;
}

function GroupingField({ grouping, index, onChange, onRemove }: GroupingFieldProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { fields, findError } = useReportBuilder();
  const { field: name, by, buckets } = grouping;
  const field = fields.find((candidate) => candidate.name === name);
  const path = `group_by[${index}]`;
  const choose = (next: string): void => {
    const chosen = fields.find((candidate) => candidate.name === next);
    onChange({ field: next, ...(chosen && isTime(chosen) ? { by: by ?? "month" } : {}) });
  };
  const setLimits = (texts: readonly string[]): void => {
    const limits = texts.flatMap((text) => parseDecimal(text, locale) ?? []);
    onChange({ field: name, buckets: [...new Set(limits)].sort((a, b) => Number(a) - Number(b)) });
  };
  const label = t("Field");
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-card border border-border p-3">
      <div className="flex min-w-0 items-start gap-2">
        <div className="min-w-0 flex-1">
          <FieldPicker
            label={label}
            isLabelHidden
            fields={fields}
            value={name}
            onChange={choose}
            error={findError(`${path}.field`)}
          />
        </div>
        {field && isTime(field) ? (
          <div className="w-1/3 min-w-0">
            <Select
              label={t("By")}
              isLabelHidden
              options={periods.map((period) => ({ id: period, label: namePeriod(period, t) }))}
              value={by ?? "month"}
              onChange={(key) => onChange({ field: name, by: key as Period })}
            />
          </div>
        ) : null}
        <IconButton label={t("Remove {label}", { label: field?.label ?? label })} icon={<Trash2 />} onPress={onRemove} />
      </div>
      {field && isNumeric(field) ? (
        <>
          <Checkbox
            isSelected={buckets !== undefined}
            onChange={(isOn) => onChange(isOn ? { field: name, buckets: ["1000", "10000"] } : { field: name })}
          >
            {t("In ranges")}
          </Checkbox>
          {buckets === undefined ? null : <TagField label={t("Limits of the ranges")} value={buckets} onChange={setLimits} />}
        </>
      ) : null}
      <ErrorText text={findError(`${path}.by`) ?? findError(`${path}.buckets`)} />
    </div>
  );
}
