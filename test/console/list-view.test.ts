import type { Field } from "@crm/console/api/kind.ts";
import { findColumnCurrency, formatColumnAmount, labelAmounts } from "@crm/console/input/fields/column-currency.ts";
import { listFilterFields, listNamedValues } from "@crm/console/input/filters/filter-fields.ts";
import {
  ALL_RECORDS,
  applyAddress,
  emptyState,
  formatListAddress,
  type ListState,
  parseListAddress,
} from "@crm/console/input/filters/list-address.ts";
import { buildListQuery, buildViewQuery, parseViewQuery, type ViewQuery } from "@crm/console/input/filters/view-query.ts";
import { chooseColumns, readWidths, toStoredColumns } from "@crm/console/records/list/column-preferences.ts";
import { listPinnedViews, movePinnedView } from "@crm/console/records/list/pinned-views.ts";
import { chooseCardFields, listColumnFields, listColumns } from "@crm/console/records/rows/list-columns.ts";
import { moveEntries } from "@crm/console/ui/kit/order.ts";
import { describe, expect, it } from "vitest";

const filter = (name: string, more: object = {}) => ({
  name,
  type: "text" as const,
  plain: true,
  operators: ["eq", "ne"],
  ...more,
});
const kind = { filters: [filter("company"), filter("lead_status_id"), filter("owner"), filter("lead_score")] };

const state = (more: Partial<ListState>): ListState => ({ ...emptyState, ...more });
const company = { field: "company", operator: "prefix", values: ["Ac"] } as const;
const status = { field: "lead_status_id", operator: "in", values: ["new", "contacted"] } as const;
const base = state({ conditions: [status], sort: "-created_at", columns: ["company", "email"] });

describe("the address of a list", () => {
  it.each<[string, ListState, ListState, string | undefined, Record<string, string>]>([
    ["has nothing for an untouched list", emptyState, emptyState, undefined, {}],
    ["has the view alone while nothing differs", base, base, "viw_1", { view: "viw_1" }],
    [
      "names all filters if one differs",
      { ...base, conditions: [status, company] },
      base,
      "viw_1",
      { view: "viw_1", "lead_status_id[in]": "new,contacted", "company[prefix]": "Ac" },
    ],
    [
      "says that the filters of the view are gone",
      { ...base, conditions: [] },
      base,
      "viw_1",
      { view: "viw_1", filters: "none" },
    ],
    ["says that the order of the view is gone", { ...base, sort: undefined }, base, "viw_1", { view: "viw_1", sort: "" }],
    ["leaves out a filter without a value", state({ conditions: [{ ...company, values: [""] }] }), emptyState, undefined, {}],
    [
      "does not depend on the order of filters",
      { ...base, conditions: [company, status] },
      { ...base, conditions: [status, company] },
      undefined,
      {},
    ],
    [
      "has columns in their order",
      { ...base, columns: ["email", "company"] },
      base,
      ALL_RECORDS,
      { view: "all", fields: "email,company" },
    ],
    ["has what is searched", state({ search: "北京 & co" }), emptyState, undefined, { search: "北京 & co" }],
  ])("%s, and reads it again", (_, shown, view, id, parameters) => {
    expect(formatListAddress(shown, view, id)).toEqual(parameters);
    const again = applyAddress(parseListAddress(parameters, kind), view);
    expect(formatListAddress(again, view, id)).toEqual(parameters);
  });

  it("leaves out parameters that are not of the list", () => {
    expect(parseListAddress({ lang: "de", unknown: "1", "owner[ne]": "me" }, kind)).toEqual({
      conditions: [{ field: "owner", operator: "ne", values: ["me"] }],
    });
  });
});

describe("the query of a view", () => {
  it.each<[string, ViewQuery, ListState]>([
    [
      "a value",
      { where: { company: "Acme, Inc" } },
      state({ conditions: [{ field: "company", operator: "eq", values: ["Acme, Inc"] }] }),
    ],
    ["a list", { where: { lead_status_id: ["new", "contacted"] } }, state({ conditions: [status] })],
    ["null", { where: { owner: null } }, state({ conditions: [{ field: "owner", operator: "is_null", values: ["true"] }] })],
    [
      "a range, and joined conditions",
      { where: { and: [{ lead_score: { gte: 5, lt: 10 } }, { company: { prefix: "Ac" } }] } },
      state({
        conditions: [
          { field: "lead_score", operator: "gte", values: ["5"] },
          { field: "lead_score", operator: "lt", values: ["10"] },
          company,
        ],
      }),
    ],
    [
      "alternatives, which no chip shows",
      { where: { or: [{ company: "a" }, { owner: "me" }] } },
      state({ where: { or: [{ company: "a" }, { owner: "me" }] } }),
    ],
    ["an unknown field", { where: { gone: "a" } }, state({ where: { gone: "a" } })],
    [
      "two conditions alike",
      { where: { and: [{ company: { ne: "a" } }, { company: { ne: "b" } }] } },
      state({ where: { and: [{ company: { ne: "a" } }, { company: { ne: "b" } }] } }),
    ],
    ["an order downwards", { sort: "created_at", order: "desc" }, state({ sort: "-created_at" })],
    ["columns and words", { fields: "company, email", search: "acme" }, state({ columns: ["company", "email"], search: "acme" })],
    ["nothing", {}, emptyState],
  ])("reads %s, and writes what reads the same", (_, query, shown) => {
    expect(parseViewQuery(query, kind)).toEqual(shown);
    const columns = shown.columns ?? ["company"];
    expect(parseViewQuery(buildViewQuery(shown, columns), kind)).toEqual({ ...shown, columns });
  });

  it("joins the conditions of the view with those of the user", () => {
    const shown = state({ where: { or: [{ company: "a" }, { owner: "me" }] }, conditions: [company] });
    expect(buildViewQuery(shown, []).where).toEqual({ and: [shown.where, { company: { prefix: "Ac" } }] });
    expect(buildListQuery(shown)).toEqual({ "company[prefix]": "Ac", where: shown.where });
  });

  it("names the direction of an order, because the default of the API is not the same for all", () => {
    expect(buildListQuery(state({ sort: "created_at" }))).toEqual({ sort: "created_at", order: "asc" });
    expect(buildListQuery(state({ sort: "-created_at" }))).toEqual({ sort: "created_at", order: "desc" });
  });
});

describe("columns", () => {
  const options = {
    stored: { lead: [{ name: "email", width: 200 }, { name: "phone" }] },
    ...{ kind: "lead", layout: ["company"], titleFields: ["display_name"] },
  };
  it.each<[string, readonly string[] | undefined, string | undefined, object, readonly string[]]>([
    ["of the address or view", ["owner"], undefined, options, ["owner"]],
    ["that the user chose for the kind", undefined, undefined, options, ["email", "phone"]],
    ["of the layout, in a view without columns", undefined, "viw_1", options, ["company"]],
    ["of the layout, for a user who chose none", undefined, undefined, { ...options, stored: {} }, ["company"]],
    [
      "of the layout, for a user who chose only the title",
      undefined,
      undefined,
      { ...options, stored: { lead: [{ name: "display_name" }] } },
      ["company"],
    ],
  ])("are those %s", (_, shown, view, given, columns) => {
    expect(chooseColumns(shown, view, given as typeof options)).toEqual(columns);
  });

  it("have the widths of the view, or else those of the kind", () => {
    const stored = {
      ...options.stored,
      viw_1: [
        { name: "email", width: 90 },
        { name: "phone", width: null },
      ],
    };
    expect(readWidths(stored, "lead", "viw_1")).toEqual({ email: 90 });
    expect(readWidths(stored, "lead", undefined)).toEqual({ email: 200 });
    expect(readWidths({}, "lead", "viw_1")).toEqual({});
  });

  it("are stored with whole widths within the limits of the API", () => {
    expect(toStoredColumns(["a", "b", "c"], { a: 3, b: 120.6 })).toEqual([
      { name: "a", width: 20, frozen: false },
      { name: "b", width: 121, frozen: false },
      { name: "c", frozen: false },
    ]);
  });

  it.each<[string, readonly string[], string, boolean, readonly string[]]>([
    ["before another", ["c"], "a", false, ["c", "a"]],
    ["after another", ["a"], "c", true, ["c", "a"]],
    ["that was hidden", ["d"], "a", true, ["a", "d", "c"]],
    ["several at once", ["a", "b"], "d", true, ["c", "a", "b"]],
  ])("move %s", (_, moved, id, isAfter, order) => {
    expect(moveEntries(["a", "b", "c", "d"], ["a", "c"], moved, { id, isAfter })).toEqual(order);
  });
});

describe("the fields of a kind", () => {
  const field = (name: string, more: object = {}) => ({ name, label: name, type: "text", visible: true, ...more });
  const kind = (layout: object, more: object = {}) =>
    ({
      title: "{name}",
      label: "Deal",
      sorts: ["name", "amount"],
      row: ["id", "name", "stage_id", "amount", "owner_id", "notes", "data"],
      fields: [
        field("id"),
        field("name"),
        field("amount", { type: "money" }),
        field("stage_id", { type: "master" }),
        field("owner_id", { type: "reference" }),
        field("notes", { visible: false }),
        field("data", { type: "json" }),
        field("description"),
      ],
      layout: { sections: [{ fields: ["stage_id", "amount"] }], columns: ["name", "stage_id"], card: [], ...layout },
      ...more,
    }) as unknown as Parameters<typeof listColumns>[0];

  it("offer as columns what rows have and the user sees, in the order of the page", () => {
    expect(listColumnFields(kind({})).map(({ name }) => name)).toEqual(["stage_id", "amount", "owner_id"]);
    const custom = field("custom_fields.fleet_size", { type: "integer", custom: true });
    const own = kind({}, { row: ["id", "name", "amount", "custom_fields"], fields: [field("amount"), custom, field("notes")] });
    expect(listColumns(own, ["custom_fields.fleet_size", "custom_fields.gone"]).map(({ id }) => id)).toEqual([
      "name",
      "custom_fields.fleet_size",
    ]);
    expect(listColumnFields({ ...own, row: ["amount"] }).map(({ name }) => name)).toEqual(["amount"]);
  });

  it("show the title first, and leave out names that are unknown or twice", () => {
    expect(
      listColumns(kind({}), ["owner_id", "gone", "name", "amount", "owner_id"]).map(({ id, isSortable }) => [id, isSortable]),
    ).toEqual([
      ["name", true],
      ["owner_id", false],
      ["amount", true],
    ]);
  });

  it.each<[string, readonly string[], number]>([
    ["takes the room beside few columns, up to a bound", ["amount"], 280],
    ["takes what more of them leave", ["stage_id", "amount", "owner_id", "team_id", "rank", "since"], 196],
    [
      "has its usual width where the list scrolls anyway",
      ["stage_id", "amount", "owner_id", "team_id", "rank", "since", "site_id"],
      212,
    ],
  ])("have a title that %s", (_, names, width) => {
    const types = { stage_id: "master", amount: "money", owner_id: "reference", team_id: "reference", rank: "integer" };
    const fields = Object.entries({ ...types, since: "instant", site_id: "reference" }).map(([name, type]) =>
      field(name, { type }),
    );
    const wide = kind({}, { fields, row: fields.map(({ name }) => name) });
    expect(listColumns(wide, names)[0]?.width).toBe(width);
  });

  it("have a title as wide as a number where it is one and the list scrolls", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const fields = names.map((name) => field(name, { type: "reference" }));
    const numbered = kind({}, { fields, row: names, title: "{order_number}" });
    expect(listColumns(numbered, names)[0]?.width).toBe(136);
  });

  it("have columns as wide as the names of their choices, and heads with room for a currency", () => {
    const choices = [{ name: "Recommendation of a customer" }, { name: "Web" }];
    const fields = [
      field("source_id", { type: "master", choices }),
      field("stage_id", { type: "master", choices: choices.slice(1) }),
      field("amount", { type: "money", label: "Annual revenue" }),
    ];
    const own = kind({}, { fields, row: fields.map(({ name }) => name) });
    expect(listColumns(own, ["source_id", "stage_id", "amount"]).map(({ width }) => width)).toEqual([280, 176, 136, 168]);
  });

  it.each([
    [
      "of all amounts",
      [
        { amount: "1.00", currency: "USD" },
        { amount: null, currency: "CHF" },
      ],
      "USD",
    ],
    ["of the organization where no record names one", [{ amount: "1.00" }], "EUR"],
    ["of the organization without amounts", [], "EUR"],
    ["of none if amounts differ", [{ amount: "1.00", currency: "USD" }, { amount: "2.00" }], undefined],
  ])("have the currency %s in the head of a column", (_, rows, expected) => {
    const amount = field("amount", { type: "money", currency_field: "currency" }) as Field;
    const records = rows.map((row, index) => ({ id: String(index), ...row }));
    expect(findColumnCurrency(records, amount, { currency: "EUR" })).toBe(expected);
  });

  it.each([
    ["EUR", "Amount (EUR)", "\u206812.50\u2069"],
    ["USD", "Amount (USD)", "\u206812.50 EUR\u2069"],
    [undefined, "Amount", "\u206812.50 EUR\u2069"],
  ])("name a currency other than that of the head, %s", (head, label, text) => {
    expect(labelAmounts("Amount", head)).toBe(label);
    expect(formatColumnAmount("12.5", "EUR", { head, locale: "en" })).toBe(text);
  });

  it.each<[string, object, object, string | undefined, string[]]>([
    [
      "of the board, and those of the layout",
      { card: ["amount", "owner_id"] },
      { board: { field: "stage_id" } },
      "stage_id",
      ["amount", "owner_id"],
    ],
    ["by its name, and further columns", { card: ["amount"] }, {}, "stage_id", ["amount"]],
    ["none, and at most two", { card: ["amount", "owner_id", "stage_id"], columns: [] }, {}, undefined, ["amount", "owner_id"]],
  ])("a card has the status %s", (_, layout, more, status, names) => {
    const shown = chooseCardFields(kind(layout, more));
    expect([shown.status?.name, shown.fields.map(({ name }) => name)]).toEqual([status, names]);
  });

  it.each([
    ["{quote_number}", "name"],
    ["{quote_number} {name}", undefined],
    ["{last_name}", undefined],
  ])("a card with the title %s has the name of the record if the title is a number: %s", (title, name) => {
    const fields = ["quote_number", "last_name", "name"].map((one) => field(one, { type: "text" }));
    const numbered = kind({ card: ["name"] }, { title, fields, row: fields.map((one) => one.name) });
    const shown = chooseCardFields(numbered);
    expect(shown.name?.name).toBe(name);
    expect(shown.fields.filter((one) => one === shown.name)).toEqual([]);
  });
});

describe("pinned views", () => {
  const ids = ["led_1", "viw_a", "viw_x", "viw_b", "viw_c"];
  const pinned = ["viw_a", "viw_b", "viw_c"];
  it.each<[string, number, readonly string[]]>([
    ["viw_c", -1, ["led_1", "viw_a", "viw_x", "viw_c", "viw_b"]],
    ["viw_a", 9, ["led_1", "viw_b", "viw_x", "viw_c", "viw_a"]],
    ["viw_a", -1, ids],
    ["viw_x", 1, ids],
  ])("%s moves by %i places, and other favorites stay", (id, places, order) => {
    expect(movePinnedView(ids, pinned, id, places)).toEqual(order);
  });

  it("are the favorites that are views of the kind", () => {
    const favorite = (id: string, view_kind: string | null) => ({ id, kind: view_kind ? "view" : "lead", title: id, view_kind });
    const favorites = [favorite("viw_a", "lead"), favorite("led_1", null), favorite("viw_b", "deal")];
    expect(listPinnedViews(favorites, "lead").map(({ id }) => id)).toEqual(["viw_a"]);
  });
});

describe("filters", () => {
  const field = (name: string, more: object = {}) => ({
    name,
    label: name,
    type: "text",
    multiple: false,
    visible: true,
    ...more,
  });
  const lead = {
    fields: [
      field("owner_id", { label: "Owner", type: "reference", record: "user" }),
      field("city_id", { label: "City", type: "master", master: "cities" }),
      field("lead_status_id", {
        label: "Status",
        type: "master",
        master: "lead_statuses",
        choices: [{ id: "mst_1", code: "new", name: "New" }],
      }),
      field("related_to_id", { label: "Related to", type: "reference", type_field: "related_to_type" }),
    ],
    filters: [
      filter("owner", { field: "owner_id", type: "reference" }),
      filter("owner_id", { field: "owner_id", type: "reference" }),
      filter("city_id", { field: "city_id", type: "master" }),
      filter("lead_status_id", { field: "lead_status_id", type: "master" }),
      filter("related_to_id", { field: "related_to_id", type: "reference" }),
      filter("min_score", { operators: [] }),
    ],
  } as unknown as Parameters<typeof listFilterFields>[0];
  const fields = listFilterFields(lead, "en");

  it("offer each field once, with the records or master data that its values name", () => {
    expect(
      fields.filter(({ isHidden }) => !isHidden).map(({ name, type, record, master }) => [name, type, record ?? master]),
    ).toEqual([
      ["city_id", "reference", "cities"],
      ["owner_id", "reference", "user"],
      ["lead_status_id", "choice", undefined],
    ]);
    expect(fields.filter(({ isHidden }) => isHidden).map(({ name }) => name)).toEqual(["owner"]);
  });

  it("know the names of master data by id too, and what else has to be looked up", () => {
    expect(fields.find(({ name }) => name === "lead_status_id")?.names).toEqual({ mst_1: "New" });
    const conditions = [
      { field: "owner", operator: "eq", values: ["me"] },
      { field: "owner_id", operator: "ne", values: ["usr_1"] },
      { field: "city_id", operator: "eq", values: ["mst_9"] },
      { field: "city_id", operator: "is_null", values: ["true"] },
      { field: "lead_status_id", operator: "in", values: ["new"] },
    ] as const;
    expect(listNamedValues(conditions, fields)).toEqual([
      { kind: "record", type: "user", id: "usr_1" },
      { kind: "master", type: "cities", id: "mst_9" },
    ]);
  });
});
