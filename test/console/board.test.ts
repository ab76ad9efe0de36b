import type { ConsoleRecord } from "@crm/console/api/console-record.ts";
import type { Field, Kind } from "@crm/console/api/kind.ts";
import { sumByCurrency, sumFields } from "@crm/console/input/fields/field-sum.ts";
import { emptyState, formatConditions } from "@crm/console/input/filters/list-address.ts";
import { formatBoardTotal, readReportSum } from "@crm/console/records/board/board-total.ts";
import { CardDrag, includeLifted, omitLifted, stepTarget } from "@crm/console/records/board/card-drag.ts";
import { isOverdue, readAge } from "@crm/console/records/board/card-facts.ts";
import { type ColumnData, putRow, removeRow } from "@crm/console/records/board/column-cache.ts";
import { findWorkday } from "@crm/console/records/board/next-workday.ts";
import { buildColumnQuery, buildColumnWhere, listBoardColumns } from "@crm/console/records/rows/board-columns.ts";
import { buildUndo, findMove, findPlacing, findQuestion, isUndoable } from "@crm/console/records/rows/card-move.ts";
import { findPlace, findPlaceSort, placeAt, stepPlace } from "@crm/console/records/rows/card-order.ts";
import { formatDisplay, listDisplayModes, parseDisplay } from "@crm/console/records/rows/display.ts";
import { restrictConditions } from "@crm/console/records/rows/open-records.ts";
import { addDecimals } from "@crm/console/ui/kit/decimal.ts";
import type { FilterCondition } from "@crm/console/ui/kit/filter-operators.ts";
import { describe, expect, it } from "vitest";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

const field = (name: string, type: string, more: object = {}) => ({
  name,
  label: name,
  type,
  multiple: false,
  editable: true,
  ...more,
});
const action = (name: string, more: object = {}) => ({
  name,
  label: name,
  method: "POST",
  path: `/api/v1/deals/{id}/${name}`,
  on: "record",
  danger: false,
  confirm: false,
  fields: [],
  ...more,
});

const kind = {
  kind: "deal",
  path: "/api/v1/deals",
  label: "Deal",
  operations: ["update"],
  fields: [
    field("stage_id", "master", {
      choices: [
        { id: "mst_1", code: "new", name: "New", color: "#2563eb" },
        { id: "mst_2", code: "offer", name: "Offer", color: null },
        { id: "mst_3", code: "won", name: "Won" },
        { id: "mst_4", code: "lost", name: "Lost" },
      ],
    }),
    field("amount", "money", { currency_field: "currency" }),
    field("close_date", "date"),
  ],
  filters: [
    { name: "stage", field: "stage_id", type: "master", plain: true, operators: ["eq", "ne", "in"] },
    { name: "stage_id", field: "stage_id", type: "master", plain: true, operators: ["eq", "ne", "in"] },
    { name: "amount", field: "amount", type: "money", plain: true, operators: ["eq", "gt"] },
  ],
  actions: [
    action("move", {
      enabled_when: { is_closed: { eq: false } },
      fields: [field("stage_id", "master", { required: true }), field("reason", "text"), field("fields", "json")],
    }),
    action("win", { enabled_when: { is_closed: { eq: false } }, fields: [field("notes", "text")] }),
    action("lose", {
      enabled_when: { is_closed: { eq: false } },
      fields: [field("win_loss_reason_id", "master", { required: true })],
    }),
    action("reopen", {
      enabled_when: { is_closed: { eq: true } },
      fields: [field("reason", "text", { required: true }), field("stage_id", "master")],
    }),
    action("removeLine", { path: "/api/v1/deals/{id}/lines/{line_id}", enabled_when: {}, fields: [field("stage_id", "master")] }),
  ],
  board: {
    field: "stage_id",
    master: "stages",
    moves: [{ to: "won", action: "win" }, { to: "lost", action: "lose" }, { action: "move" }],
    sum: "amount",
    exits: [],
  },
} as unknown as Kind;

const columns = listBoardColumns(kind, [], "None");
const columnFor = (code: string) => columns.find((column) => column.code === code) ?? expect.fail(code);
const open = { id: "dea_1", stage_id: "mst_1", is_closed: false };

describe("columns", () => {
  const has = (operator: string, values: string[], name = "stage"): FilterCondition[] => [
    { field: name, operator, values } as FilterCondition,
  ];
  it.each([
    [[], ["new", "offer", "won", "lost"]],
    [has("in", ["new", "lost"]), ["new", "lost"]],
    [has("eq", ["mst_2"], "stage_id"), ["offer"]],
    [has("ne", ["won"]), ["new", "offer", "lost"]],
    [has("not_in", ["won", "lost"]), ["new", "offer"]],
    [has("in", [""]), ["new", "offer", "won", "lost"]],
    [has("gt", ["5"], "amount"), ["new", "offer", "won", "lost"]],
  ])("of the filters %j are %j", (conditions, codes) => {
    expect(listBoardColumns(kind, conditions, "None").map(({ code }) => code)).toEqual(codes);
  });

  it("begin with the records without a value where the field may be empty", () => {
    const [filter] = kind.filters;
    const filters = partOf<Kind["filters"]>([{ ...filter, operators: ["eq", "is_null"] }]);
    const codes = (conditions: FilterCondition[]) =>
      listBoardColumns({ ...kind, filters }, conditions, "None").map(({ code }) => code);
    expect(codes([])).toEqual(["", "new", "offer", "won", "lost"]);
    expect(codes(has("is_null", ["true"]))).toEqual([""]);
    expect(codes(has("is_null", ["false"]))).toEqual(["new", "offer", "won", "lost"]);
    expect(buildColumnQuery({ ...kind, filters }, { ...emptyState }, { code: "" })).toEqual({
      "stage[is_null]": "true",
    });
  });

  it("have the other filters, the search and the order of the list", () => {
    const state = {
      ...emptyState,
      conditions: [...has("in", ["new"]), ...has("gt", ["5"], "amount")],
      sort: "-amount",
      search: "kelp",
    };
    expect(buildColumnQuery(kind, state, columnFor("offer"))).toEqual({
      "amount[gt]": "5",
      sort: "amount",
      order: "desc",
      search: "kelp",
      stage_id: "offer",
    });
    expect(buildColumnWhere(kind, state, columnFor("offer"))).toBe(undefined);
    expect(buildColumnWhere(kind, { ...state, search: "" }, columnFor("offer"))).toEqual({
      and: [{ amount: { gt: "5" } }, { stage_id: { eq: "offer" } }],
    });
  });
});

describe("records that are over, such as converted leads", () => {
  const board = { ...(kind.board as NonNullable<Kind["board"]>), open: { is_closed: { eq: false } } };
  const filters = [...kind.filters, { ...kind.filters[0], name: "is_closed", field: "is_closed" }] as Kind["filters"];
  const read = (conditions: readonly FilterCondition[]) =>
    formatConditions(restrictConditions({ ...kind, board, filters }, conditions));

  it("are left out of columns and of filters by the field of the board, unless a filter names them", () => {
    const closed = { field: "is_closed", operator: "eq", values: ["true"] } as const;
    expect(buildColumnQuery({ ...kind, board, filters }, emptyState, { code: "new" })).toEqual({
      is_closed: "false",
      stage_id: "new",
    });
    const state = { ...emptyState, conditions: [closed] };
    expect(buildColumnQuery({ ...kind, board, filters }, state, { code: "new" })).toEqual({ is_closed: "true", stage_id: "new" });
    const stage = { field: "stage_id", operator: "in", values: ["new"] } as const;
    expect(read([stage])).toEqual({ "stage_id[in]": "new", is_closed: "false" });
    expect(read([{ field: "amount", operator: "gt", values: ["5"] }])).toEqual({ "amount[gt]": "5" });
    expect(read([stage, closed])).toEqual({ "stage_id[in]": "new", is_closed: "true" });
  });
});

describe("places that users choose", () => {
  const put = action("put", { fields: [field("stage_id", "master"), field("after_id", "reference")] });
  const placed = {
    ...kind,
    actions: [...kind.actions, put],
    board: { ...kind.board, place: "put" },
    sorts: ["space_order"],
  } as unknown as Kind;
  const ids = ["a", "b", "c"];

  it("give the order of the columns and the request of each move", () => {
    expect([findPlaceSort(placed), findPlaceSort({ ...placed, sorts: [] }), findPlaceSort(kind)]).toEqual([
      "space_order",
      undefined,
      undefined,
    ]);
    expect(buildColumnQuery(placed, { ...emptyState, sort: "-amount" }, columnFor("offer"))).toEqual({
      sort: "space_order",
      order: "asc",
      stage_id: "offer",
    });
    const names = [
      findMove(placed, open, columnFor("won")),
      findPlacing(placed, open, columnFor("new")),
      findMove(placed, open, columnFor("new")),
    ];
    expect(names.map((move) => move?.action.name)).toEqual(["put", "put", undefined]);
  });

  it.each([
    ["the first of others", placeAt(ids, 0), { before_id: "a" }],
    ["the last of others", placeAt(ids, 3), { after_id: "c" }],
    ["the only one", placeAt([], 0), {}],
    ["its own", findPlace(ids, "b"), { after_id: "a" }],
    ["a step up", stepPlace(ids, "b", -1), { before_id: "a" }],
    ["a step down", stepPlace(ids, "a", 1), { after_id: "b" }],
    ["a step down from the last one", stepPlace(ids, "c", 1), undefined],
  ])("are named by one neighbor: %s", (_, place, expected) => {
    expect(place).toEqual(expected);
  });

  it.each([
    [{ after_id: "a" }, ["a", "z", "b"]],
    [{ before_id: "a" }, ["z", "a", "b"]],
    [{}, ["a", "b", "z"]],
    [undefined, ["z", "a", "b"]],
  ])("are shown at once: %j", (place, order) => {
    const column = partOf<ColumnData>({
      pages: [{ data: [{ id: "a" }, { id: "b" }], meta: { total: 2 } }],
      pageParams: [""],
    });
    expect(putRow(column, { id: "z" }, place)?.pages.flatMap(({ data }) => data.map(({ id }) => id))).toEqual(order);
  });
});

describe("dragging", () => {
  const nameColumn = (code: string) => ({ ...columnFor("offer"), code, name: code });
  const [open, won, lost] = [nameColumn("open"), nameColumn("won"), nameColumn("lost")];
  const counts = { open: 2, won: 0, lost: 5 } as Readonly<Record<string, number>>;
  const lift = (drag: CardDrag, more: object = {}): void => {
    drag.setCards("open", ["a", "b", "c"]);
    drag.setCards("lost", ["x", "y"]);
    const record = { id: "b" } as ConsoleRecord;
    drag.lift({ ...{ record, title: "B", from: open, columns: [open, lost] }, ...{ isPlaced: true, isByKeys: true }, ...more });
  };

  it.each([
    ["to the next column that takes it", open, 1, "ArrowRight", {}, "lost", 1],
    ["not beyond the last column", lost, 1, "ArrowRight", {}, "lost", 1],
    ["in right to left writing", lost, 4, "ArrowRight", { isRightToLeft: true }, "open", 2],
    ["to the first card of a column in another order", open, 0, "ArrowRight", { isPlaced: false }, "lost", 0],
    ["not within a column in another order", lost, 0, "ArrowDown", { isPlaced: false }, "lost", 0],
    ["up", lost, 3, "ArrowUp", {}, "lost", 2],
    ["not above the first card", lost, 0, "ArrowUp", {}, "lost", 0],
    ["not below the last card", lost, 5, "ArrowDown", {}, "lost", 5],
    ["to the first place", lost, 3, "Home", {}, "lost", 0],
    ["to the last place", lost, 3, "End", {}, "lost", 5],
  ])("moves by keys %s", (_, column, index, key, more, code, after) => {
    const { isRightToLeft = false, isPlaced = true } = more as { isRightToLeft?: boolean; isPlaced?: boolean };
    const lifted = { columns: [open, lost], isPlaced };
    const countOthers = ({ code: name }: { code: string }): number => counts[name] ?? 0;
    const target = stepTarget({ column, index }, key, { lifted, countOthers, isRightToLeft });
    expect([target.column.code, target.index]).toEqual([code, after]);
  });

  it.each([
    ["before another one", lost, 1, { after_id: "x" }],
    ["before the first one", lost, 0, { before_id: "x" }],
    ["after the last one", lost, 2, { after_id: "y" }],
    ["in its own column", open, 2, { after_id: "c" }],
    ["in an empty column", won, 0, {}],
  ])("drops a card %s", (_, column, index, place) => {
    const drag = new CardDrag();
    lift(drag);
    drag.aim({ column, index });
    expect(drag.drop()).toEqual({ record: { id: "b" }, from: open, to: column, place });
    expect([drag.lifted, drag.target]).toEqual([undefined, undefined]);
    expect(drag.dropped).toEqual({ id: "b", code: column.code });
  });

  it("leaves a card where it is without a target, after Escape, and in its own place", () => {
    const drag = new CardDrag();
    lift(drag, { isByKeys: false });
    expect(drag.drop()).toBeUndefined();
    lift(drag);
    drag.cancel();
    expect(drag.drop()).toBeUndefined();
    lift(drag, { isPlaced: false });
    expect(drag.drop()).toBeUndefined();
    lift(drag);
    drag.aim({ column: lost, index: 0 });
    drag.aim({ column: open, index: 1 });
    expect(drag.drop()).toBeUndefined();
    expect(drag.dropped).toBeUndefined();
  });

  it("tells only what has changed to those that listen", () => {
    const drag = new CardDrag();
    lift(drag);
    let calls = 0;
    const stop = drag.subscribe(() => calls++);
    drag.aim({ column: lost, index: 0 });
    drag.aim({ column: { ...lost }, index: 0 });
    expect(calls).toBe(1);
    drag.say("lost");
    drag.say("lost");
    expect(drag.message).toEqual({ number: 2, text: "lost" });
    stop();
    drag.cancel();
    expect(calls).toBe(3);
  });

  it("counts the lifted card among those above a line of its own column", () => {
    const ids = ["a", "b", "c"];
    expect([0, 1, 2].map((index) => includeLifted(ids, "b", index))).toEqual([0, 1, 3]);
    expect([0, 1, 2, 3].map((above) => omitLifted(ids, "b", above))).toEqual([0, 1, 1, 2]);
    expect([0, 3].map((index) => includeLifted(ids, "z", index))).toEqual([0, 3]);
    expect(omitLifted(ids, "z", 3)).toBe(3);
  });
});

describe("moves", () => {
  const nameMove = (record: { id: string }, code: string) => {
    const move = findMove(kind, record, columnFor(code));
    return move && [move.action.name, move.preset, move.asks];
  };
  it.each([
    ["to its own column", open, "new", undefined],
    ["by the move of all columns", open, "offer", ["move", { stage_id: "offer" }, false]],
    ["by the move of the column, which has inputs", open, "won", ["win", {}, true]],
    ["by a move with a required input", open, "lost", ["lose", {}, true]],
    [
      "by another action where no move applies",
      { ...open, is_closed: true, stage_id: "mst_3" },
      "offer",
      ["reopen", { stage_id: "offer" }, true],
    ],
  ])("%s", (_, record, code, move) => {
    expect(nameMove(record, code)).toEqual(move);
  });

  it("change the record where the schema names no action, and not at all without moves", () => {
    const moves = [{ action: "updateDeal" }];
    const move = findMove({ ...kind, board: { ...kind.board, moves } } as Kind, open, columnFor("offer"));
    expect([move?.action.method, move?.action.path, move?.preset, move?.asks]).toEqual([
      "PATCH",
      "/api/v1/deals/{id}",
      { stage_id: "offer" },
      false,
    ]);
    expect(
      findMove(partOf<Kind>({ ...kind, actions: [], operations: [], board: { ...kind.board, moves } }), open, columnFor("offer")),
    ).toBeUndefined();
    expect(
      findMove(partOf<Kind>({ ...kind, actions: [], board: { ...kind.board, moves: [] } }), open, columnFor("offer")),
    ).toBeUndefined();
  });

  it("ask for what the server misses: inputs of the action, or fields that it writes with the move", () => {
    const move = findMove(kind, open, columnFor("offer")) ?? expect.fail();
    const ask = (...names: string[]) => {
      const question = findQuestion(kind, move, names);
      return question && [question.fields.map(({ name }) => name), question.container];
    };
    expect([ask("reason"), ask("amount", "close_date"), ask("stage_id"), ask("unknown"), ask()]).toEqual([
      [["reason"], undefined],
      [["amount", "close_date"], "fields"],
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are taken back with a reason where the action logs one", () => {
    const [move, reopen, lose] = [
      findMove(kind, open, columnFor("offer")),
      findMove(kind, { ...open, is_closed: true }, columnFor("offer")),
      findMove(kind, open, columnFor("lost")),
    ].map((found) => found ?? expect.fail());
    if (!move || !reopen || !lose) return;
    expect([move, reopen, lose].map(isUndoable)).toEqual([true, true, false]);
    expect(buildUndo(reopen, "Undone")).toEqual({ stage_id: "offer", reason: "Undone" });
  });

  it("change the loaded columns, and their totals", () => {
    const page = (...ids: string[]) => ({ data: ids.map((id) => ({ id })), meta: { total: 3 } });
    const data = partOf<ColumnData>({ pages: [page("a", "b"), page("c")], pageParams: ["", "x"] });
    const show = (column: ColumnData | undefined) =>
      column?.pages.map(({ data: rows, meta }) => [rows.map(({ id }) => id).join(""), meta.total]);
    expect(show(removeRow(data, "c"))).toEqual([
      ["ab", 2],
      ["", 2],
    ]);
    expect(show(putRow(data, { id: "d" }))).toEqual([
      ["dab", 4],
      ["c", 4],
    ]);
    expect(show(putRow(data, { id: "c" }))).toEqual([
      ["ab", 3],
      ["c", 3],
    ]);
    expect([removeRow(data, "z"), putRow(undefined, { id: "d" })]).toEqual([data, undefined]);
  });
});

describe("cards", () => {
  it.each<[`${number}`[], string]>([
    [["0.10", "0.20"], "0.30"],
    [["999999999999999.99", "0.01"], "1000000000000000.00"],
    [["-1.5", "1"], "-0.5"],
    [["-0.050", "0.05"], "0.000"],
    [["1200", "3"], "1203"],
    [[], "0"],
  ])("add %j to %s", (values, sum) => {
    expect(addDecimals(values)).toBe(sum);
  });

  it("sum each currency by itself, the most frequent first", () => {
    const amount = kind.fields.find(({ name }) => name === "amount") as Field;
    const rows = [
      ["1.00", "EUR"],
      ["2.00", "USD"],
      ["3.50", "USD"],
      [null, "USD"],
      ["4", null],
    ].map(([value, currency], id) => ({ id: String(id), amount: value, currency }));
    expect(sumByCurrency(rows, amount, "EUR")).toEqual([
      { currency: "EUR", amount: "5.00" },
      { currency: "USD", amount: "5.50" },
    ]);
  });

  it("sum the columns of a list that add up, without rounding", () => {
    const shapes = [
      { name: "amount", label: "Amount", type: "money" },
      { name: "fee", label: "Fee", type: "money", currency: "JPY" },
      { name: "sealed", label: "Sealed", type: "money" },
      { name: "effort", label: "Effort", type: "number", format: "hours" },
      { name: "term", label: "Term", type: "integer", format: "months" },
      { name: "score", label: "Score", type: "integer" },
      { name: "rate", label: "Rate", type: "number", format: "percent" },
    ] as const;
    const fields = partOf<Field[]>(shapes.map((shape) => ({ ...shape, multiple: false })));
    const common = { term: 12, score: 7, rate: 50 };
    const rows = [
      { id: "a", amount: "999999999999.99", fee: "100", sealed: "•••", effort: 0.1, ...common },
      { id: "b", amount: "0.02", fee: null, sealed: "1.00", effort: 0.2, ...common },
    ];
    expect(sumFields(rows, fields, { currency: "EUR", locale: "en" })).toEqual([
      { label: "Amount", text: "\u20681,000,000,000,000.01 EUR\u2069" },
      { label: "Fee", text: "\u2068100 JPY\u2069" },
      { label: "Effort", text: "0.3 hours" },
    ]);
  });

  const now = "2026-11-27T23:30:00Z";
  it.each([
    ["a past date", "close_date", "2026-11-26", {}, true],
    ["today in New York", "close_date", "2026-11-27", {}, false],
    ["the last day", "close_date", "9999-12-31", {}, false],
    ["of a closed record", "close_date", "2026-11-26", { is_closed: true }, false],
    ["of a record in a column that is done", "close_date", "2026-11-26", { status: "CANCELLED" }, false],
    ["no deadline", "start_date", "2026-11-26", {}, false],
    ["no value", "close_date", null, {}, false],
  ])("are overdue: %s", (_, name, value, more, isLate) => {
    const own = {
      ...kind,
      board: { ...kind.board, field: "status" },
      fields: [field("status", "choice", { choices: [{ code: "CANCELLED" }] })],
    };
    const zone = { now, timeZone: "America/New_York" };
    expect(isOverdue(own as Kind, { id: "a", [name]: value, ...more }, { name, type: "date" }, zone)).toBe(isLate);
  });

  it("tell the days in their column", () => {
    const age = (more: object) => readAge(kind, { id: "a", ...more }, now);
    expect([age({ stage_changed_at: "2026-11-20T23:31:00Z" }), age({ status_changed_at: now }), age({})]).toEqual([
      6,
      0,
      undefined,
    ]);
  });

  it.each([
    ["2026-11-26", "2026-11-27"],
    ["2026-11-27", "2026-11-30"],
    ["2026-12-31", "2027-01-01"],
  ])("plan the task after %s on %s", (day, next) => {
    expect(findWorkday(day)).toBe(next);
  });
});

describe("the view in the address", () => {
  const views = ["list", "board", "calendar", "timeline"] as const;
  it.each([
    [{}, undefined, { mode: "list" }],
    [{ mode: "board" }, undefined, { mode: "board" }],
    [{}, "board", { mode: "board" }],
    [{ mode: "list" }, "board", { mode: "list" }],
    [{ mode: "map" }, undefined, { mode: "list" }],
    [{ zoom: "year", day: "2026-11-27" }, "timeline", { mode: "timeline", zoom: "year", day: "2026-11-27" }],
    [{ mode: "calendar", span: "week", day: "2026-11-27" }, undefined, { mode: "calendar", span: "week", day: "2026-11-27" }],
    [{ mode: "calendar", span: "year", day: "2026-13-40" }, undefined, { mode: "calendar" }],
  ] as const)("%j on a path of %s is %j", (parameters, fallback, address) => {
    expect(parseDisplay(parameters, views, fallback)).toEqual(address);
    expect(parseDisplay(formatDisplay(address), views)).toEqual(address);
  });

  it("has a board where columns are known and can be read", () => {
    const without = { ...kind, fields: [field("stage_id", "master")] } as unknown as Kind;
    expect(
      [kind, without, { ...kind, filters: [] }, { ...kind, calendar: { start: "close_date" } }].map((own) =>
        listDisplayModes(own as Kind),
      ),
    ).toEqual([["list", "board"], ["list"], ["list"], ["list", "board", "calendar"]]);
  });
});

describe("formatBoardTotal", () => {
  const t = (text: string, values: Readonly<Record<string, unknown>> = {}): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  const format = (...totals: Parameters<typeof formatBoardTotal>[0]): string =>
    formatBoardTotal(totals, "en", t).replace(/[\u2068\u2069]/g, "");
  const euros = (amount: `${number}`) => ({ currency: "EUR", amount });

  it("adds the numbers and the sums of all columns", () => {
    const [first, second] = [
      { count: 2, isLowerBound: false, sums: [euros("10.50")], hasAllSums: true },
      { count: 3, isLowerBound: false, sums: [euros("0.50"), { currency: "JPY", amount: "7" as const }], hasAllSums: true },
    ];
    expect(format(first, second)).toBe("5 · 11 EUR · 7 JPY");
    expect(format({ ...first, isLowerBound: true }, { ...second, hasAllSums: false })).toBe("5+ · 11 EUR · 7 JPY and more");
    expect(format({ ...first, sums: undefined })).toBe("2");
  });
});

describe("readReportSum", () => {
  const amount = { currency_field: "currency" };
  const report = (rows: readonly Record<string, unknown>[], more: object = {}) =>
    readReportSum({ rows, is_partial: false, unconverted: [], ...more }, amount, "EUR");
  const euros = { currency: "EUR", total: "10.50" };

  it("sums the amounts of a column in the currency of the company, and leaves converted and partial sums out", () => {
    expect(report([euros, { currency: null, total: "1.00" }])).toEqual({ currency: "EUR", amount: "11.50" });
    expect(report([])).toEqual({ currency: "EUR", amount: "0" });
    expect(report([euros, { currency: "USD", total: "9.00" }])).toBe(null);
    expect(report([euros], { is_partial: true })).toBe(null);
    expect(report([euros], { unconverted: [{ currency: "XXX", rows: 1 }] })).toBe(null);
  });
});
