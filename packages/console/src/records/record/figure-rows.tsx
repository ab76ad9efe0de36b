import type { Field } from "../../api/schema.ts";
import { formatValue, isEmptyValue, type LabelledRecord, listPartFields, readPart } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { ListCardRow } from "./list-card.tsx";

interface FigureRowsProps {
  readonly figures: LabelledRecord;
  readonly fields: readonly Field[];
}

/** Whether figures are about nothing. */
export const areZero = (figures: LabelledRecord, fields: readonly Field[]): boolean =>
  fields.every(({ name }) => isEmptyValue(figures[name]) || Number(figures[name]) === 0);

/** Figures of a record: numbers by their names, and groups of numbers, such as those by reason. */
export function FigureRows({ figures, fields }: FigureRowsProps) {
  const t = useText();
  const options = useTextOptions();
  return fields.map((field) => {
    const value = figures[field.name];
    if (!Array.isArray(value))
      return <ListCardRow key={field.name} title={field.label} end={formatValue(figures, field, options)} facts={[]} />;
    if (value.length === 0) return null;
    const [nameField, ...numbers] = listPartFields(field);
    return (
      <li key={field.name} className="flex min-w-0 flex-col gap-1 border-t border-border pt-2">
        <span className="text-meta font-medium text-text-muted">{field.label}</span>
        <ul className="flex flex-col gap-1">
          {value.map((entry) => {
            const part = readPart(figures, entry);
            const name = nameField && !isEmptyValue(part[nameField.name]) ? formatValue(part, nameField, options) : t("None");
            return (
              <ListCardRow
                key={name}
                title={name}
                end={numbers.map((number) => formatValue(part, number, options)).join(" · ")}
                facts={[]}
              />
            );
          })}
        </ul>
      </li>
    );
  });
}
