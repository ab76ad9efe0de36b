import type { Kind } from "../../api/kind.ts";
import type { ListState } from "../../input/filters/list-address.ts";
import { buildListQuery, buildWhere } from "../../input/filters/view-query.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";
import { type Hue, hueForChoice } from "../../ui/kit/hue.ts";
import { findPlaceSort } from "./card-order.ts";
import { addOpenConditions, listBoardFilters } from "./open-records.ts";

/** The columns of a board: the values of its field, as far as the filters of the list leave them. */
export interface BoardColumn {
  /** The value as filters and inputs take it. Empty: records without a value. */
  readonly code: string;
  /** The value as records store it. */
  readonly value: string;
  readonly name: string;
  readonly hue: Hue;
  /** Whether its records ended without success. */
  readonly isExit: boolean;
}

type BoardKind = Pick<Kind, "board" | "fields" | "filters" | "sorts">;

/** Whether conditions about the board's field leave a column. Others are about the records in it. */
function matchesColumn({ code, value }: Pick<BoardColumn, "code" | "value">, conditions: readonly FilterCondition[]): boolean {
  return conditions.every(({ operator, values }) => {
    const isNamed = values.includes(code) || values.includes(value);
    if (operator === "is_null") return (code === "") === (values[0] !== "false");
    if (operator === "ne" || operator === "not_in") return !isNamed;
    return values.every((text) => text === "") || isNamed;
  });
}

export function listBoardColumns(kind: BoardKind, conditions: readonly FilterCondition[], emptyName: string): BoardColumn[] {
  const field = kind.fields.find(({ name }) => name === kind.board?.field);
  const own = listBoardFilters(kind);
  const columns = (field?.choices ?? []).map(({ id, code, name, color }) => ({
    code,
    value: id ?? code,
    name,
    hue: hueForChoice({ code, color }),
    isExit: kind.board?.exits.includes(code) ?? false,
  }));
  const mayBeEmpty = own.some(({ operators }) => operators.includes("is_null"));
  const empty: BoardColumn[] = mayBeEmpty ? [{ code: "", value: "", name: emptyName, hue: "gray", isExit: false }] : [];
  const names = new Set(own.map(({ name }) => name));
  const about = conditions.filter((condition) => names.has(condition.field));
  return [...empty, ...columns].filter((column) => matchesColumn(column, about));
}

/** The conditions of a column: those of the list, with those about the board's field replaced by the column. */
function listColumnConditions(kind: BoardKind, { conditions }: ListState) {
  const own = listBoardFilters(kind);
  const names = new Set(own.map(({ name }) => name));
  const filter = own.find(({ name }) => name === kind.board?.field) ?? own[0];
  const others = conditions.filter((condition) => !names.has(condition.field));
  return { field: filter?.name ?? "", others: addOpenConditions(kind, others) };
}

/** The query of a column: its conditions, and the order that users give its cards. */
export function buildColumnQuery(
  kind: BoardKind,
  state: ListState,
  { code }: Pick<BoardColumn, "code">,
): Record<string, unknown> {
  const { field, others } = listColumnConditions(kind, state);
  const sort = findPlaceSort(kind) ?? state.sort;
  return {
    ...buildListQuery({ ...state, conditions: others, sort }),
    ...(code === "" ? { [`${field}[is_null]`]: "true" } : { [field]: code }),
  };
}

/** The conditions of a column as a report takes them. Undefined: a report has no search. */
export function buildColumnWhere(kind: BoardKind, state: ListState, { code }: Pick<BoardColumn, "code">): unknown {
  if (state.search !== "") return undefined;
  const { field, others } = listColumnConditions(kind, state);
  const own: FilterCondition =
    code === "" ? { field, operator: "is_null", values: ["true"] } : { field, operator: "eq", values: [code] };
  return buildWhere({ conditions: [...others, own], where: state.where });
}
