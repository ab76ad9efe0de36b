import { isId } from "../../kernel/id.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import { Master } from "../master-data/master.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import type { ExportRecord } from "./export.ts";
import type { Column } from "./exportable.ts";

type RowBuilder = (record: Readonly<Record<string, unknown>>) => Promise<OutputCell[]>;

/**
 * How records become rows: with labels, master data as its name and users as their address, as an import finds them again;
 * without, everything as the API has it. What was looked up once is not looked up again by the same.
 */
export function createRowBuilder(
  columns: readonly (Column | undefined)[],
  { labels, format }: Pick<ExportRecord, "labels" | "format">,
): RowBuilder {
  const known = new Map<string, Promise<string | undefined>>();
  const labelOf = (column: Column, value: string): Promise<string | undefined> => {
    const key = `${column.master ?? "user"}/${value}`;
    const label = known.get(key) ?? findLabel(column, value);
    known.set(key, label);
    return label;
  };
  return (record) =>
    Promise.all(
      columns.map(async (column) => {
        const value = column && (column.value ? column.value(record) : record[column.name]);
        if (!column || value === null || value === undefined) return null;
        if (typeof value === "string" && labels && hasLabel(column)) return (await labelOf(column, value)) ?? value;
        if (Array.isArray(value) && labels && column.master !== undefined)
          return toPlainCell(await Promise.all(value.map(async (each) => (await labelOf(column, String(each))) ?? each)));
        // A cell of a workbook is a number, to sum up; fifteen digits are still exact in it.
        if (column.type === "money" && format === "xlsx") return Number(value);
        return toPlainCell(value);
      }),
    );
}

const hasLabel = ({ type, record }: Column): boolean => type === "master" || (type === "reference" && record === "user");

async function findLabel({ master }: Column, value: string): Promise<string | undefined> {
  if (master === undefined) return isId(value, USER) ? Directory.findEmail(value) : undefined;
  const kind = findMasterKind(master);
  return kind && Master.findLabel(kind, value);
}

function toPlainCell(value: unknown): OutputCell {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.some((each) => typeof each === "object")) return value.length === 0 ? null : JSON.stringify(value);
  return value.length === 0 ? null : value.map((each) => quotePart(String(each))).join("; ");
}

/** One of a list in a cell: in quotes where it would be read as several, or as another. */
const quotePart = (text: string): string => (/[;|,"]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
