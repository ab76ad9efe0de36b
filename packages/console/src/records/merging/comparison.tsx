import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { EMPTY, formatValue } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import {
  canKeepAll,
  findSide,
  formatPlainValue,
  KEEP_ALL,
  labelMergeField,
  type MergeField,
  type MergePreview,
} from "./merge-rules.ts";

interface ComparisonProps {
  readonly kind: Kind;
  readonly records: readonly [ConsoleRecord, ConsoleRecord];
  readonly preview: MergePreview;
  readonly fields: readonly MergeField[];
  readonly onChoose: (field: string, side: string) => void;
}

/** The values of two records side by side. An arrow key chooses the side of the field with the focus. */
export function Comparison({ kind, records, preview, fields, onChoose }: ComparisonProps) {
  const t = useText();
  const options = useTextOptions();
  const readText = (field: MergeField, record: ConsoleRecord): string => {
    const value = record.id === preview.survivor_id ? field.survivor : field.merged;
    const known = kind.fields.find(({ name }) => name === field.field && !name.includes("."));
    const text = known ? formatValue(record, known, options) : formatPlainValue(value);
    return text === "" ? EMPTY : text;
  };
  return (
    <div className="flex min-w-0 flex-col">
      {fields.map((field) => {
        const label = labelMergeField(field.field, kind.fields, t);
        const sides = [
          ...records.map((record) => ({ id: record.id, text: readText(field, record) })),
          ...(canKeepAll(field, kind.kind) ? [{ id: KEEP_ALL, text: t("Keep all") }] : []),
        ];
        return (
          <RadioGroup
            key={field.field}
            aria-label={field.is_conflict ? t("{field}: different values", { field: label }) : label}
            orientation="horizontal"
            value={findSide(field, preview)}
            onChange={(side) => onChoose(field.field, side)}
            className="grid min-w-0 grid-cols-2 items-stretch gap-2 border-b border-border py-2 last:border-b-0"
          >
            <span className="col-span-2 flex items-center gap-2 text-meta font-medium text-text-muted">
              {label}
              {field.is_conflict ? <span className="text-warning">{t("different")}</span> : null}
            </span>
            {sides.map(({ id, text }) => (
              <Radio
                key={id}
                value={id}
                className={`group flex min-h-control min-w-0 cursor-default items-center gap-2 rounded-control border border-border-strong px-2 py-1 text-control focus-ring data-hovered:bg-hover data-selected:border-accent data-selected:bg-accent-subtle ${id === KEEP_ALL ? "col-span-2" : ""}`}
              >
                <span
                  aria-hidden="true"
                  className="flex size-icon shrink-0 items-center justify-center rounded-full border border-border-strong group-data-selected:border-accent"
                >
                  <span className="size-dot rounded-full group-data-selected:bg-accent" />
                </span>
                <span dir="auto" className="min-w-0 wrap-anywhere">
                  {text}
                </span>
              </Radio>
            ))}
          </RadioGroup>
        );
      })}
    </div>
  );
}
