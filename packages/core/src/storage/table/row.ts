import { collectionOwner, idTime } from "../../kernel/id.ts";
import type { Item } from "./item.ts";

/**
 * A list's row of a record, as text: values by column, without names. The text is stored in the record and in each of its indexes, so each
 * byte is stored and read up to ten times.
 *
 * A value is written as it is, or shortened behind a mark if the record's id or the format of ids and instants gives the rest. A value that
 * would be parsed differently is written as JSON, which contains no tab. So every value is read as it was written.
 */
export interface Row {
  /** Ends with the id of the record, as every key of an index does. */
  key: string;
  row: unknown;
  /** The whole item, if the row was read from the archive without a check whether it is out of date. */
  archived?: Item;
}

const CELL_SEPARATOR = "\t";

const CELL_MARKS = {
  json: "=",
  yes: "!",
  no: "^",
  /** The record in whose collection this one is stored. */
  owner: ".",
  /** Another record of that collection, without its owner's part. */
  sibling: "&",
  user: "@",
  /** A value of master data, without leading zeros: ids of values that every tenant has begin with time 0. */
  master: "%",
  /** An instant, as the milliseconds since the instant in the id. */
  instant: "~",
} as const;
/** Characters with which no plain text begins. A brace begins rows of earlier releases. */
const reservedFirstCharacters = new Set<string>([...Object.values(CELL_MARKS), "{"]);

/** The id of a record, and what can be derived from it. */
class RowId {
  readonly id: string;
  #owner: string | undefined;
  #time: number | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get owner(): string {
    this.#owner ??= collectionOwner(this.id);
    return this.#owner;
  }

  get time(): number {
    this.#time ??= idTime(this.id);
    return this.#time;
  }

  /** The part of the owner, which follows the own part; empty if the record owns itself. */
  get ownerSuffix(): string {
    return this.id.slice(PLAIN_ID_LENGTH);
  }
}

/** Lengths of an id without an owner, of an id with its owner's part, and of an instant. */
const [PLAIN_ID_LENGTH, OWNED_ID_LENGTH, INSTANT_LENGTH] = [22, 41, 24];

/** Formats a record's row. `columns` may only grow at its end. */
export function formatRow(columns: readonly string[], record: Item): string {
  const rowId = new RowId(String(record.id));
  const cells = columns.map((column) => formatCell(record[column], rowId));
  return cells.join(CELL_SEPARATOR).replace(/\t+$/, "");
}

/** Parses the values of a row that are not empty. Earlier releases wrote an object. */
export function parseRow(columns: readonly string[], { key, row }: Row): Item {
  if (typeof row !== "string") throw new Error(`${key} has no row`);
  if (row.startsWith("{")) return JSON.parse(row) as Item;
  const rowId = new RowId(key.slice(Math.max(key.lastIndexOf("#"), key.lastIndexOf("\u0001")) + 1));
  const cells = row.split(CELL_SEPARATOR);
  if (cells.length > columns.length)
    throw new Error(`${key} has a row of ${cells.length} columns, but this release knows only ${columns.length}`);
  const record: Item = { id: rowId.id };
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] as string;
    if (cell !== "") record[columns[index] as string] = parseCell(cell, rowId);
  }
  return record;
}

function formatCell(value: unknown, rowId: RowId): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? CELL_MARKS.yes : CELL_MARKS.no;
  if (typeof value === "string") {
    const short = shortenCell(value, rowId);
    if (short !== undefined && parseCell(short, rowId) === value) return short;
    if (value !== "" && !value.includes(CELL_SEPARATOR) && !reservedFirstCharacters.has(value.charAt(0))) return value;
  }
  return CELL_MARKS.json + JSON.stringify(value);
}

function shortenCell(value: string, rowId: RowId): string | undefined {
  if (value.length === PLAIN_ID_LENGTH) {
    if (value === rowId.owner) return CELL_MARKS.owner;
    return /^usr_[0-9a-z]+$/.test(value) ? CELL_MARKS.user + value.slice(4) : undefined;
  }
  if (value.length === OWNED_ID_LENGTH) {
    const parts = /^mst_0*([0-9a-z]*)(?<=^.{22})k0*([0-9a-z]*)$/.exec(value);
    if (parts) return `${CELL_MARKS.master}${parts[1]}.${parts[2]}`;
    return value.endsWith(rowId.ownerSuffix) && /^[a-z]{3}_[0-9a-z]+$/.test(value)
      ? CELL_MARKS.sibling + value.slice(0, PLAIN_ID_LENGTH)
      : undefined;
  }
  if (value.length !== INSTANT_LENGTH || !value.endsWith("Z")) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : CELL_MARKS.instant + (ms - rowId.time).toString(36);
}

function parseCell(cell: string, rowId: RowId): unknown {
  switch (cell.charAt(0)) {
    case CELL_MARKS.json:
      return JSON.parse(cell.slice(1));
    case CELL_MARKS.yes:
      return true;
    case CELL_MARKS.no:
      return false;
    case CELL_MARKS.owner:
      return rowId.owner;
    case CELL_MARKS.sibling:
      return cell.slice(1) + rowId.ownerSuffix;
    case CELL_MARKS.user:
      return `usr_${cell.slice(1)}`;
    case CELL_MARKS.master: {
      const [value = "", kind = ""] = cell.slice(1).split(".");
      return `mst_${value.padStart(18, "0")}k${kind.padStart(18, "0")}`;
    }
    case CELL_MARKS.instant:
      return new Date(rowId.time + Number.parseInt(cell.slice(1), 36)).toISOString();
    default:
      return cell;
  }
}
