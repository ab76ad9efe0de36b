import type { Field, Kind } from "../data/kind.ts";
import { listTitleFields } from "../data/title.ts";

export interface ListColumn {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  readonly isNumeric: boolean;
  readonly isSortable: boolean;
  /** Without a field, the column shows the title of the record. */
  readonly field: Field | undefined;
}

type ListKind = Pick<Kind, "fields" | "row" | "sorts" | "title" | "label" | "layout" | "board">;

const widths: Readonly<Partial<Record<Field["type"], number>>> = {
  instant: 120,
  date: 120,
  boolean: 96,
  money: 128,
  choice: 128,
  master: 136,
};
const DEFAULT_WIDTH = 152;
/** What the columns of a record have beside the sidebar at 1,280 pixels. */
const LIST_WIDTH = 960;
const [MIN_TITLE_WIDTH, MAX_TITLE_WIDTH] = [144, 280];
/** The width of the title in a list that is wider than its frame anyway. */
const WIDE_LIST_TITLE_WIDTH = 212;
const [MIN_NUMBER_WIDTH, LETTER_WIDTH, HEAD_PADDING] = [72, 6, 52];

const isNumeric = ({ type, multiple }: Field): boolean =>
  !multiple && (type === "money" || type === "integer" || type === "number");

/** Numbers are short, so the name of the column and the arrow of its order say how wide it is. */
function measureColumn({ type, label }: Field): number {
  if (type !== "integer" && type !== "number") return widths[type] ?? DEFAULT_WIDTH;
  return Math.min(DEFAULT_WIDTH, Math.max(MIN_NUMBER_WIDTH, Math.ceil((label.length * LETTER_WIDTH + HEAD_PADDING) / 4) * 4));
}

/** Fields of every record that no column shows. */
const hiddenFields = new Set(["id", "deleted_at", "person_sight"]);

/** The fields that a list can show besides the title, in the order of the record's page. */
export const listColumnFields = (kind: ListKind): Field[] => {
  const titleFields = listTitleFields(kind.title);
  const order = kind.layout.sections.flatMap(({ fields }) => fields);
  const place = ({ name }: Field): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return kind.fields
    .filter(({ name, visible, type }) => visible && type !== "json" && kind.row.includes(name) && !hiddenFields.has(name))
    .filter(({ name }) => !titleFields.includes(name))
    .sort((a, b) => place(a) - place(b));
};

/**
 * The columns of a list: the title of the record, then those with these names. Names that the user does not see are left out. The title takes the room that
 * the others leave.
 */
export function listColumns(kind: ListKind, names: readonly string[]): ListColumn[] {
  const titleFields = listTitleFields(kind.title);
  const titleField = kind.fields.find(({ name }) => name === titleFields[0]);
  const fields = listColumnFields(kind);
  const others = [...new Set(names)]
    .flatMap((name) => fields.find((field) => field.name === name) ?? [])
    .map((field) => ({
      id: field.name,
      label: field.label,
      width: measureColumn(field),
      isNumeric: isNumeric(field),
      isSortable: kind.sorts.includes(field.name),
      field,
    }));
  const room = LIST_WIDTH - others.reduce((sum, { width }) => sum + width, 0);
  const title = {
    id: titleFields[0] ?? "title",
    label: titleField?.label ?? kind.label,
    width: room < MIN_TITLE_WIDTH ? WIDE_LIST_TITLE_WIDTH : Math.min(MAX_TITLE_WIDTH, room),
    isNumeric: false,
    isSortable: kind.sorts.includes(titleFields[0] ?? ""),
    field: undefined,
  };
  return [title, ...others];
}

const MAX_CARD_FIELDS = 2;
const STATUS = /(?:^|_)(?:status|stage|state)(?:_id)?$/;

/** The status of a record and the fields of its card. The status is the field whose values are the columns of the board, or else a column that is named so. */
export function chooseCardFields(kind: ListKind): { readonly status: Field | undefined; readonly fields: readonly Field[] } {
  const shown = listColumnFields(kind);
  const find = (name: string | undefined): Field | undefined => shown.find((field) => field.name === name);
  const status = find(kind.board?.field) ?? find(kind.layout.columns.find((name) => STATUS.test(name)));
  const names = [...new Set([...kind.layout.card, ...kind.layout.columns])];
  const fields = names.flatMap((name) => find(name) ?? []).filter((field) => field !== status);
  return { status, fields: fields.slice(0, MAX_CARD_FIELDS) };
}

/** The fields that cards show, for the names behind their ids. */
export function listCardNames(kind: ListKind): string[] {
  const { status, fields } = chooseCardFields(kind);
  return [...(status ? [status] : []), ...fields].map(({ name }) => name);
}
