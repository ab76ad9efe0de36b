import type { TableColumn } from "../../ui/kit/table.tsx";
import { formatFigure, type Unit, type Value } from "./figure-text.ts";

/** Returns the function that makes a column of a table from a field with numbers of one unit. */
export const createNumberColumn =
  <R extends object>({ currency = "", locale }: { readonly currency?: string; readonly locale: string }) =>
  (id: keyof R & string, label: string, unit: Unit): TableColumn<R> => ({
    id,
    label,
    isNumeric: true,
    render: (row) => formatFigure(row[id] as Value, { unit, currency, locale }),
  });
