import { isId } from "../../kernel/id.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import { Master } from "../master-data/master.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.kind.ts";
import type { ExportRecord } from "./export.ts";
import type { Column } from "./exportable.ts";

type RowBuilder = (record: Readonly<Record<string, unknown>>) => Promise<OutputCell[]>;

/**
 * Returns a function that converts records into rows. With labels, master data appears by name and users by email address, as an import finds them
 * again; without labels, all values are those of the API. Each label is looked up once.
 */
export function createRowBuilder(
  columns: readonly (Column | undefined)[],
  { labels, format }: Pick<ExportRecord, "labels" | "format">,
): RowBuilder {
  const labelByKey = new Map<string, Promise<string | undefined>>();
  const resolveLabel = (column: Column, value: string): Promise<string | undefined> => {
    const key = `${column.master ?? "user"}/${value}`;
    const label = labelByKey.get(key) ?? findLabel(column, value);
    labelByKey.set(key, label);
    return label;
  };
  return (record) =>
    Promise.all(
      columns.map(async (column) => {
        const override = labels ? column?.labelOverride?.(record) : undefined;
        if (override !== undefined) return override;
        const value = column && (column.value ? column.value(record) : record[column.name]);
        if (!column || value === null || value === undefined) return null;
        if (typeof value === "string" && labels && hasLabel(column)) return (await resolveLabel(column, value)) ?? value;
        if (Array.isArray(value) && labels && column.master !== undefined)
          return toPlainCell(await Promise.all(value.map(async (item) => (await resolveLabel(column, String(item))) ?? item)));
        // In a workbook, amounts are numbers, so that they can be summed. A double holds fifteen digits exactly.
        if (column.type === "money" && format === "xlsx") return Number(value);
        return toPlainCell(value);
      }),
    );
}

const hasLabel = ({ type, record }: Column): boolean => type === "master" || (type === "reference" && record === "user");

async function findLabel({ master }: Column, value: string): Promise<string | undefined> {
  if (value.startsWith("system:")) return "System";
  if (master === undefined) return isId(value, USER) ? Directory.findEmail(value) : undefined;
  const kind = findMasterKind(master);
  return kind && Master.findLabel(kind, value);
}

function toPlainCell(value: unknown): OutputCell {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.some((item) => typeof item === "object")) return value.length === 0 ? null : JSON.stringify(value);
  return value.length === 0 ? null : value.map((item) => quotePart(String(item))).join("; ");
}

/** Returns one list item for a cell, in quotes if an import would otherwise split or trim it. */
const quotePart = (text: string): string => (/[;|,"]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
