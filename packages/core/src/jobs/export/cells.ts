import type { ExportRecord } from "../../export/export.ts";
import { isId } from "../../kernel/id.ts";
import { masterNamed } from "../../kernel/names.ts";
import { Master } from "../../masters/master.ts";
import type { CellOut } from "../../sheet/write.ts";
import { Directory } from "../../user/directory.ts";
import { USER } from "../../user/user.domain.ts";
import type { Column } from "./exportable.ts";

type Shown = (record: Readonly<Record<string, unknown>>) => Promise<CellOut[]>;

/**
 * How records become rows: with labels, master data as its name and users as their address, as an import finds them again;
 * without, everything as the API has it. What was looked up once is not looked up again by the same.
 */
export function rowsBy(
  columns: readonly (Column | undefined)[],
  { labels, format }: Pick<ExportRecord, "labels" | "format">,
): Shown {
  const known = new Map<string, Promise<string | undefined>>();
  const labelOf = (column: Column, value: string): Promise<string | undefined> => {
    const key = `${column.master ?? "user"}/${value}`;
    const label = known.get(key) ?? lookUp(column, value);
    known.set(key, label);
    return label;
  };
  return (record) =>
    Promise.all(
      columns.map(async (column) => {
        const value = column && (column.value ? column.value(record) : record[column.name]);
        if (!column || value === null || value === undefined) return null;
        if (typeof value === "string" && labels && isLabelled(column)) return (await labelOf(column, value)) ?? value;
        if (Array.isArray(value) && labels && column.master !== undefined)
          return plain(await Promise.all(value.map(async (each) => (await labelOf(column, String(each))) ?? each)));
        // A cell of a workbook is a number, to sum up; fifteen digits are still exact in it.
        if (column.type === "money" && format === "xlsx") return Number(value);
        return plain(value);
      }),
    );
}

const isLabelled = ({ type, record }: Column): boolean => type === "master" || (type === "reference" && record === "user");

async function lookUp({ master }: Column, value: string): Promise<string | undefined> {
  if (master === undefined) return isId(value, USER) ? Directory.emailOf(value) : undefined;
  const kind = masterNamed(master);
  return kind && Master.labelOf(kind, value);
}

function plain(value: unknown): CellOut {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.some((each) => typeof each === "object")) return value.length === 0 ? null : JSON.stringify(value);
  return value.length === 0 ? null : value.map((each) => part(String(each))).join("; ");
}

/** One of a list in a cell: in quotes where it would be read as several, or as another. */
const part = (text: string): string => (/[;|,"]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
