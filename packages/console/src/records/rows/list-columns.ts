import type { Field, Kind } from "../../api/kind.ts";
import { isRowField } from "../../api/row-fields.ts";
import { listTitleFields } from "../../api/title.ts";

export interface ListColumn {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  /** What the column needs for its head and its values, as far as they are known. */
  readonly minWidth: number;
  /** What the column may have where the list has room to spare. */
  readonly maxWidth: number;
  readonly isNumeric: boolean;
  readonly isSortable: boolean;
  /** Why the list cannot be sorted by it now. */
  readonly sortHint?: string;
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
/** The width of the title in a list that is wider than its frame anyway: a name, or a number such as `CT-2026-000006`. */
const [WIDE_LIST_TITLE_WIDTH, WIDE_LIST_NUMBER_WIDTH] = [212, 136];
const [MIN_NUMBER_WIDTH, MAX_MONEY_WIDTH, MAX_CHOICE_WIDTH, MAX_TEXT_WIDTH] = [72, 176, 176, 240];
/** The narrowest columns of longer texts, of phone numbers and of users with their pictures, of dates, and of short values. */
const [MIN_TEXT_WIDTH, MIN_NAME_WIDTH, MIN_DATE_WIDTH, MIN_VALUE_WIDTH] = [128, 136, 108, 80];
/** The end of an email address says whose it is. */
const EMAIL_WIDTH = 176;
/** The title has so much room where others give theirs. */
const LEAST_TITLE_WIDTH = 176;
const [LETTER_WIDTH, HEAD_PADDING, AMOUNT_PADDING, CELL_PADDING, TAG_PADDING] = [6, 52, 36, 16, 44];
/** Some letters are wider than others, and a head has a gap beside its letters. */
const HEAD_SPACE = 12;
/** The letters of a currency in the head: ` (EUR)`. */
const CURRENCY_LETTERS = 6;

const isNumeric = ({ type, multiple }: Field): boolean =>
  !multiple && (type === "money" || type === "integer" || type === "number");

const limit = (width: number, min: number, max: number): number => Math.min(max, Math.max(min, Math.ceil(width / 4) * 4));

/** Letters of Chinese, Japanese and Korean take the room of two others. */
const countLetters = (text: string): number =>
  text.length + (text.match(/[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0);

/** Numbers are short, so the name of the column and the arrow of its order say how wide it is. */
function measureColumn({ type, label, multiple }: Field): number {
  if (multiple) return DEFAULT_WIDTH;
  if (type === "email") return EMAIL_WIDTH;
  if (type !== "integer" && type !== "number") return widths[type] ?? DEFAULT_WIDTH;
  return limit(countLetters(label) * LETTER_WIDTH + HEAD_PADDING, MIN_NUMBER_WIDTH, DEFAULT_WIDTH);
}

/** Returns the width that a column has where there is room: the names of choices are known, and the head of amounts has their currency. */
function measureWholeColumn(field: Field): number {
  const { type, label, choices = [], multiple } = field;
  const width = measureColumn(field);
  if (hasLongValues(field)) return MAX_TEXT_WIDTH;
  if (type === "money")
    return limit((countLetters(label) + CURRENCY_LETTERS) * LETTER_WIDTH + AMOUNT_PADDING + HEAD_SPACE, width, MAX_MONEY_WIDTH);
  if (type === "instant" || type === "date")
    return limit(countLetters(label) * LETTER_WIDTH + CELL_PADDING + HEAD_SPACE, width, MAX_CHOICE_WIDTH);
  if ((type !== "choice" && type !== "master") || multiple) return width;
  const names = choices.map(
    ({ name, color }) =>
      countLetters(name) * LETTER_WIDTH + (color || type === "choice" ? TAG_PADDING + HEAD_SPACE : CELL_PADDING),
  );
  return limit(Math.max(0, ...names), width, MAX_CHOICE_WIDTH);
}

/** Returns the width that a column must have: that of its head, and of values whose length is known. Of other texts the beginning is enough. */
function measureLeastColumn(field: Field): number {
  const { type, label, choices = [], multiple, record } = field;
  const width = measureColumn(field);
  const letters = countLetters(label) + (type === "money" ? CURRENCY_LETTERS : 0);
  const head = letters * LETTER_WIDTH + (isNumeric(field) ? AMOUNT_PADDING : CELL_PADDING) + HEAD_SPACE;
  const leastWidth = (least: number): number => limit(Math.max(head, least), 0, Math.max(width, measureWholeColumn(field)));
  if ((record === "user" || type === "phone") && !multiple) return leastWidth(MIN_NAME_WIDTH);
  if (type === "email" && !multiple) return leastWidth(width);
  if (isNumeric(field)) return leastWidth(type === "money" ? MIN_VALUE_WIDTH : MIN_NUMBER_WIDTH);
  if (type === "instant" || type === "date") return leastWidth(MIN_DATE_WIDTH);
  if ((type !== "choice" && type !== "master") || multiple)
    return hasLongValues(field) ? leastWidth(MIN_TEXT_WIDTH) : leastWidth(width);
  const names = choices.map(({ name }) => countLetters(name) * LETTER_WIDTH + TAG_PADDING + HEAD_SPACE);
  return leastWidth(names.length === 0 ? width : Math.max(MIN_VALUE_WIDTH, ...names));
}

/** Names, texts and records may be long. */
const hasLongValues = ({ type, multiple }: Field): boolean =>
  multiple || !(type in widths || type === "integer" || type === "number" || type === "phone");

/** Fields of every record that no column shows. */
const hiddenFields = new Set(["id", "deleted_at", "person_sight"]);

/** The fields that a list can show besides the title, in the order of the record's page. */
export const listColumnFields = (kind: ListKind): Field[] => {
  const titleFields = listTitleFields(kind.title);
  const order = kind.layout.sections.flatMap(({ fields }) => fields);
  const place = ({ name }: Field): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return kind.fields
    .filter(({ name, visible, type }) => visible && type !== "json" && isRowField(kind, name) && !hiddenFields.has(name))
    .filter(({ name }) => !titleFields.includes(name))
    .sort((a, b) => place(a) - place(b));
};

/**
 * The columns of a list: the title of the record, then those with these names. Names that the user does not see are left out. Choices and amounts that
 * have long words take what they need of the room, and the title takes the rest.
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
      minWidth: measureLeastColumn(field),
      maxWidth: measureWholeColumn(field),
      isNumeric: isNumeric(field),
      isSortable: kind.sorts.includes(field.name),
      field,
    }));
  const room = LIST_WIDTH - others.reduce((sum, { width }) => sum + width, 0);
  let spare = room - MIN_TITLE_WIDTH;
  const isWide = spare < 0;
  const grown = others.map((column) => {
    if (column.field === undefined || hasLongValues(column.field)) return column;
    const growth = isWide ? column.maxWidth - column.width : Math.min(spare, column.maxWidth - column.width);
    spare -= growth;
    return { ...column, width: column.width + growth };
  });
  const isNumber = titleFields[0]?.endsWith("_number") ?? false;
  const titleWidth = isWide
    ? isNumber
      ? WIDE_LIST_NUMBER_WIDTH
      : WIDE_LIST_TITLE_WIDTH
    : Math.min(MAX_TITLE_WIDTH, MIN_TITLE_WIDTH + spare);
  const title = {
    id: titleFields[0] ?? "title",
    label: titleField?.label ?? kind.label,
    width: titleWidth,
    minWidth: isNumber ? titleWidth : Math.min(titleWidth, LEAST_TITLE_WIDTH),
    maxWidth: MAX_TITLE_WIDTH,
    isNumeric: false,
    isSortable: kind.sorts.includes(titleFields[0] ?? ""),
    field: undefined,
  };
  return [title, ...grown];
}

const MAX_CARD_FIELDS = 2;
const STATUS = /(?:^|_)(?:status|stage|state)(?:_id)?$/;
/** What people call a record whose title is a number. */
const NAME = /^(?:name|title|subject)$/;

interface CardFields {
  readonly status: Field | undefined;
  /** Stands below the title. */
  readonly name: Field | undefined;
  readonly fields: readonly Field[];
}

/** The status of a record, its name if its title is a number, and the fields of its card. The status is the field whose values are the columns of the board, or else a column that is named so. */
export function chooseCardFields(kind: ListKind): CardFields {
  const shown = listColumnFields(kind);
  const find = (name: string | undefined): Field | undefined => shown.find((field) => field.name === name);
  const status = find(kind.board?.field) ?? find(kind.layout.columns.find((name) => STATUS.test(name)));
  const isNumbered = listTitleFields(kind.title).some((title) => title.endsWith("_number"));
  const name = isNumbered ? shown.find((field) => NAME.test(field.name)) : undefined;
  const names = [...new Set([...kind.layout.card, ...kind.layout.columns])];
  const fields = names.flatMap((name) => find(name) ?? []).filter((field) => field !== status && field !== name);
  return { status, name, fields: fields.slice(0, MAX_CARD_FIELDS) };
}

/** The fields that cards show, for the names behind their ids. */
export function listCardNames(kind: ListKind): string[] {
  const { status, name, fields } = chooseCardFields(kind);
  return [...(status ? [status] : []), ...(name ? [name] : []), ...fields].map((field) => field.name);
}
