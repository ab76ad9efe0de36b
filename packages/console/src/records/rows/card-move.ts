import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import type { Action, Field, Kind, RecordData } from "../../api/kind.ts";
import { hasFormInput } from "../../input/fields/part-rules.ts";
import type { BoardColumn } from "./board-columns.ts";
import { findPlaceSort } from "./card-order.ts";

/** The request that moves a record to a column: one of the moves of the schema, or another action that sets the board's field. */
export interface CardMove {
  readonly action: Action;
  /** What the request says without the user. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** Whether the user is asked first: the request has inputs of its own, or cannot be taken back. */
  readonly asks: boolean;
}

/** A change of the record, as an action. The schema names it, but does not list it among the actions. */
function buildUpdate({ path, operations, label }: Kind, name: string): Action | undefined {
  if (!operations.includes("update")) return undefined;
  const marks = { icon: "pencil", primary: false, danger: false, confirm: false } as const;
  return { name, label, path: `${path}/{id}`, method: "PATCH", on: "record", fields: [], ...marks } as Action;
}

const fieldsOf = ({ fields }: Action): Field[] => fields as Field[];
const takesField = (action: Action, name: string): boolean => fieldsOf(action).some((field) => field.name === name);

/** Whether the action is one of the record itself, not of a part of it. */
const isOfRecord = ({ on, path }: Action): boolean => on === "record" && (path.match(/\{/g) ?? []).length === 1;

/** Finds the request that puts a record at a place of a column, also of its own. */
export function findPlacing(kind: Kind, record: RecordData, { code }: Pick<BoardColumn, "code">): CardMove | undefined {
  const { board } = kind;
  const action = kind.actions.find(({ name }) => name === board?.place);
  if (!board || !action || code === "" || findPlaceSort(kind) === undefined) return undefined;
  if (!isOfRecord(action) || !matchesCondition(action.enabled_when, record, createCodeFinder(kind.fields))) return undefined;
  return { action, preset: { [board.field]: code }, asks: action.confirm || action.danger };
}

/** Finds the request that moves a record to a column. Undefined: records do not go there, or this one does not. */
export function findMove(kind: Kind, record: RecordData, column: BoardColumn): CardMove | undefined {
  const { board } = kind;
  const placing = findPlacing(kind, record, column);
  if (!board || record[board.field] === column.value || (column.value === "" && isUnset(record[board.field]))) return undefined;
  if (placing) return placing;
  const codeFor = createCodeFinder(kind.fields);
  const isEnabled = (action: Action): boolean => isOfRecord(action) && matchesCondition(action.enabled_when, record, codeFor);
  const named = board.moves
    .filter(({ to }) => to === undefined || to === column.code)
    .sort((a, b) => Number(a.to === undefined) - Number(b.to === undefined));
  for (const { to, action: name } of named) {
    const action = kind.actions.find((candidate) => candidate.name === name) ?? buildUpdate(kind, name);
    if (!action || !isEnabled(action)) continue;
    const isUpdate = action.fields.length === 0 && action.method === "PATCH";
    const setsField = isUpdate || takesField(action, board.field);
    const rest = fieldsOf(action).filter((field) => field.name !== board.field && hasFormInput(field));
    const asks =
      action.confirm ||
      action.danger ||
      rest.some(({ required }) => required) ||
      (to !== undefined && !setsField && rest.length > 0);
    // Records without a value are in a column that no code names.
    if (column.code === "" && !isUpdate) continue;
    return { action, preset: setsField ? { [board.field]: column.code === "" ? null : column.code } : {}, asks };
  }
  // Such as reopening, which applies to the records that no move applies to.
  const other = kind.actions.find(
    (action) => action.enabled_when !== undefined && column.code !== "" && takesField(action, board.field) && isEnabled(action),
  );
  return other && { action: other, preset: { [board.field]: column.code }, asks: true };
}

const isUnset = (value: unknown): boolean => value === null || value === undefined || value === "";

/** An action that asks for what the server misses: inputs of the action, or fields of the record that it writes with the move. */
export interface MoveQuestion {
  readonly fields: readonly Field[];
  /** The input that holds the fields of the record. */
  readonly container?: string;
}

const CONTAINER = "fields";

/** Finds the inputs for what a refusal names. Undefined: the user cannot answer it here. */
export function findQuestion(kind: Kind, { action, preset }: CardMove, names: readonly string[]): MoveQuestion | undefined {
  if (names.length === 0 || names.some((name) => name in preset)) return undefined;
  const inputs = fieldsOf(action).filter(hasFormInput);
  const asked = names.flatMap((name) => inputs.find((input) => input.name === name) ?? []);
  if (asked.length === names.length) return { fields: asked };
  const written = names.flatMap(
    (name) => kind.fields.find((field) => field.name === name && field.editable && hasFormInput(field)) ?? [],
  );
  return written.length === names.length && takesField(action, CONTAINER) ? { fields: written, container: CONTAINER } : undefined;
}

/** The body of the request that takes a move back. The reason is asked for by actions that log it. */
export function buildUndo({ action, preset }: CardMove, reason: string): Record<string, unknown> {
  const asksReason = fieldsOf(action).some(({ name, type }) => name === "reason" && type === "text");
  return { ...preset, ...(asksReason ? { reason } : {}) };
}

/** Whether a move can be taken back without a question. */
export const isUndoable = ({ action, asks }: CardMove): boolean =>
  !asks ||
  (!action.confirm &&
    !action.danger &&
    fieldsOf(action).every(({ name, required, type }) => !required || (name === "reason" && type === "text")));
