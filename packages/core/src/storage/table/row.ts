import { ownerOf, timeOf } from "../../kernel/id.ts";
import type { Item } from "./item.ts";

/**
 * What a list shows of a record, as a text: its values by the places of their columns, without the names. The text stands in the
 * record and again in each of its indexes, so each byte of it is stored and read up to ten times.
 *
 * A value is written as it is, or shorter behind a mark where the id of the record, or the form of ids and instants, says the rest.
 * What would be read back as something else is written as JSON, which has no tab: so every value comes back as it was.
 */
export interface Row {
  /** Ends in the id of the record, as every key of an index does. */
  key: string;
  row: unknown;
}

const BETWEEN = "\t";

const mark = {
  json: "=",
  yes: "!",
  no: "^",
  /** The record in whose collection this one lives. */
  owner: ".",
  /** Another record of that collection, without its owner's part. */
  sibling: "&",
  user: "@",
  /** A value of master data, without zeros: what every tenant has is of the beginning of time. */
  master: "%",
  /** An instant, by the milliseconds from the one in the id. */
  instant: "~",
} as const;
/** What no plain text begins with; a brace begins the rows of the release before. */
const taken = new Set<string>([...Object.values(mark), "{"]);

/** The id of a record, and what it says. */
class Own {
  readonly id: string;
  #owner: string | undefined;
  #time: number | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get owner(): string {
    this.#owner ??= ownerOf(this.id);
    return this.#owner;
  }

  get time(): number {
    this.#time ??= timeOf(this.id);
    return this.#time;
  }

  /** Of the owner, behind its own: empty where it owns itself. */
  get behind(): string {
    return this.id.slice(ALONE);
  }
}

/** Letters of an id that owns itself, of one with its owner's part, and of an instant. */
const [ALONE, OWNED, INSTANT] = [22, 41, 24];

/** The text of a record's row; `columns` only ever grows at its end. */
export function rowText(columns: readonly string[], record: Item): string {
  const own = new Own(String(record.id));
  const cells = columns.map((column) => writtenCell(record[column], own));
  return cells.join(BETWEEN).replace(/\t+$/, "");
}

/** What is not empty in a row, by its columns. Releases before this one wrote an object. */
export function rowIn(columns: readonly string[], { key, row }: Row): Item {
  if (typeof row !== "string") throw new Error(`${key} has no row`);
  if (row.startsWith("{")) return JSON.parse(row) as Item;
  const own = new Own(key.slice(Math.max(key.lastIndexOf("#"), key.lastIndexOf("\u0001")) + 1));
  const cells = row.split(BETWEEN);
  if (cells.length > columns.length)
    throw new Error(`${key} has a row of ${cells.length} columns, of which this release knows ${columns.length}`);
  const record: Item = { id: own.id };
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as string;
    if (cell !== "") record[columns[at] as string] = readCell(cell, own);
  }
  return record;
}

function writtenCell(value: unknown, own: Own): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? mark.yes : mark.no;
  if (typeof value === "string") {
    const short = shortened(value, own);
    if (short !== undefined && readCell(short, own) === value) return short;
    if (value !== "" && !value.includes(BETWEEN) && !taken.has(value.charAt(0))) return value;
  }
  return mark.json + JSON.stringify(value);
}

function shortened(value: string, own: Own): string | undefined {
  if (value.length === ALONE) {
    if (value === own.owner) return mark.owner;
    return /^usr_[0-9a-z]+$/.test(value) ? mark.user + value.slice(4) : undefined;
  }
  if (value.length === OWNED) {
    const parts = /^mst_0*([0-9a-z]*)(?<=^.{22})k0*([0-9a-z]*)$/.exec(value);
    if (parts) return `${mark.master}${parts[1]}.${parts[2]}`;
    return value.endsWith(own.behind) && /^[a-z]{3}_[0-9a-z]+$/.test(value) ? mark.sibling + value.slice(0, ALONE) : undefined;
  }
  if (value.length !== INSTANT || !value.endsWith("Z")) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : mark.instant + (ms - own.time).toString(36);
}

function readCell(cell: string, own: Own): unknown {
  switch (cell.charAt(0)) {
    case mark.json:
      return JSON.parse(cell.slice(1));
    case mark.yes:
      return true;
    case mark.no:
      return false;
    case mark.owner:
      return own.owner;
    case mark.sibling:
      return cell.slice(1) + own.behind;
    case mark.user:
      return `usr_${cell.slice(1)}`;
    case mark.master: {
      const [value = "", kind = ""] = cell.slice(1).split(".");
      return `mst_${value.padStart(18, "0")}k${kind.padStart(18, "0")}`;
    }
    case mark.instant:
      return new Date(own.time + Number.parseInt(cell.slice(1), 36)).toISOString();
    default:
      return cell;
  }
}
