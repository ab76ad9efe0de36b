import type { Layout } from "@crm/core/kernel/layout.ts";
import type { MasterKind } from "@crm/core/kernel/master-kind.ts";
import type * as z from "zod";
import type { Board, Calendar } from "../api/platform/record-schema.ts";
import { BASE_PATH, type Operation } from "../http/operation.ts";
import { type DeclaredField, type DeclaredKind, inputShape } from "./kinds.ts";

/** Derives the board and the calendar of a kind from its fields, its filters and the inputs of its actions. */

type BoardSource = Pick<DeclaredKind, "fields" | "row" | "filters" | "actions" | "path" | "standardOperations" | "layout">;
type Moves = z.output<typeof Board>["moves"];

const isColumnField = ({ name, type, multiple }: DeclaredField): boolean =>
  !multiple && (type === "master" || type === "choice") && /^(?:status|stage|state|stage_id)$|_status(?:_id)?$/.test(name);

/** The board without the columns that only the master data of a tenant tells. */
export function findBoard(source: BoardSource): z.output<typeof Board> | undefined {
  const { fields, row, filters, layout } = source;
  const filtered = new Set(filters.filter(({ plain }) => plain).map(({ field }) => field));
  const candidates = fields.filter(({ name }) => row.includes(name) && filtered.has(name));
  const field = layout.board
    ? fields.find(({ name }) => name === layout.board?.field)
    : (candidates.find((candidate) => isColumnField(candidate) && candidate.type === "master") ?? candidates.find(isColumnField));
  if (!field) return undefined;
  const sum = fields.find(({ name, type }) =>
    layout.board?.sum ? name === layout.board.sum : type === "money" && row.includes(name),
  );
  const { exits = [] } = layout.board ?? {};
  return {
    field: field.name,
    master: field.master ?? "",
    moves: listMoves(source, field, layout),
    ...(sum ? { sum: sum.name } : {}),
    ...(sum?.currency_field === undefined ? {} : { currency_field: sum.currency_field }),
    exits: exits === "final" ? [] : [...exits],
    ...(layout.board?.place === undefined ? {} : { place: layout.board.place }),
    ...(layout.board?.open === undefined ? {} : { open: structuredClone(layout.board.open) as z.output<typeof Board>["open"] }),
  };
}

/** The marks of values of master data whose records ended, and of those that ended with success. */
const END_MARKS = ["is_closed", "is_final"];
const SUCCESS_MARKS = ["is_won", "is_successful"];

/** Returns the codes of the values whose records ended without success. */
export function listExits<V extends { readonly code: string }>(
  { extras }: MasterKind,
  values: readonly V[],
  { board }: Layout,
): string[] {
  const successMarks = extras.filter((name) => SUCCESS_MARKS.includes(name));
  if (successMarks.length === 0 && board?.exits !== "final") return [];
  const hasMark = (value: object, marks: readonly string[]): boolean =>
    Object.entries(value).some(([name, mark]) => mark === true && marks.includes(name));
  return values.filter((value) => hasMark(value, END_MARKS) && !hasMark(value, successMarks)).map(({ code }) => code);
}

const requiresField = (action: Operation, name: string): boolean => {
  const schema = inputShape(action)[name];
  return schema !== undefined && !schema.safeParse(undefined).success;
};

/** Lists the operations that move a record to another column: those that are declared for a column, and one whose input takes the field for the others. */
function listMoves({ actions, path, standardOperations }: BoardSource, field: DeclaredField, { board }: Layout): Moves {
  const declaredMoves = Object.entries(board?.moves ?? {}).map(([to, action]) => ({ to, action }));
  const mover = actions.find((action) => action.path.startsWith(`${path}/{id}/`) && requiresField(action, field.name));
  if (mover) return [...declaredMoves, { action: mover.name }];
  if (declaredMoves.length > 0) return declaredMoves;
  const update = standardOperations.get("update");
  return update && field.isChanged ? [{ action: update.name }] : [];
}

export function findCalendar({ fields, layout }: Pick<DeclaredKind, "fields" | "layout">): z.output<typeof Calendar> | undefined {
  if (layout.calendar) {
    const { path, ...names } = layout.calendar;
    return path === undefined ? names : { ...names, path: BASE_PATH + path };
  }
  const names = new Set(fields.map(({ name }) => name));
  const pair = [
    { start: "start_datetime", end: "end_datetime" },
    { start: "start_date", end: "end_date" },
  ].find(({ start }) => names.has(start));
  return pair && (names.has(pair.end) ? pair : { start: pair.start });
}
