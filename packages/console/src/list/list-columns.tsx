import type { Field, Kind } from "../data/schema.ts";
import { listTitleFields } from "../data/title.ts";

interface ListColumn {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  readonly isNumeric: boolean;
  readonly isSortable: boolean;
  /** Without a field, the column shows the title of the record. */
  readonly field: Field | undefined;
}

const widths: Readonly<Partial<Record<Field["type"], number>>> = {
  instant: 140,
  date: 120,
  boolean: 96,
  money: 140,
  integer: 96,
  number: 96,
  choice: 144,
  master: 152,
};
const DEFAULT_WIDTH = 180;
const TITLE_WIDTH = 240;
const isNumeric = ({ type, multiple }: Field): boolean =>
  !multiple && (type === "money" || type === "integer" || type === "number");

/** The columns of a list: the title of the record, then the columns of its layout. */
export function listColumns(kind: Kind): ListColumn[] {
  const titleFields = listTitleFields(kind.title);
  const titleField = kind.fields.find(({ name }) => name === titleFields[0]);
  const title = {
    id: titleFields[0] ?? "title",
    label: titleField?.label ?? kind.label,
    width: TITLE_WIDTH,
    isNumeric: false,
    isSortable: kind.sorts.includes(titleFields[0] ?? ""),
    field: undefined,
  };
  const others = kind.layout.columns
    .filter((name) => !titleFields.includes(name))
    .flatMap((name) => kind.fields.find((field) => field.name === name && field.visible) ?? []);
  return [
    title,
    ...others.map((field) => ({
      id: field.name,
      label: field.label,
      width: widths[field.type] ?? DEFAULT_WIDTH,
      isNumeric: isNumeric(field),
      isSortable: kind.sorts.includes(field.name),
      field,
    })),
  ];
}
