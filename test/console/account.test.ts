import {
  buildOrderReport,
  countDays,
  listPeriodSums,
  orderBalances,
} from "@crm/console/pages/accounts/customer/financial-rules.ts";
import {
  type AccountEntry,
  canMoveBelow,
  findPath,
  findTops,
  formatAmounts,
  type Hierarchy,
  linkPath,
  listAccounts,
} from "@crm/console/pages/accounts/customer/tree-rules.ts";
import {
  buildFilter,
  isCountable,
  listFacts,
  parseFact,
  readGroups,
} from "@crm/console/pages/engagement/segment/segment-rules.ts";
import { findTreeStep, layoutTree, type TreeEntry } from "@crm/console/ui/kit/tree-layout.ts";
import { describe, expect, it } from "vitest";

const toNode = (id: string) => ({
  ...{ id, name: id.toUpperCase(), customer_number: null, account_type: null, hierarchy_level: null, status: "ACTIVE" },
});
const hidden = { ...toNode("x"), id: null, name: null, status: null };

/** Writes answers of the API for a tree: each customer with the ids below it. `+` at the end means that there are more. */
const toAnswers = (tree: Readonly<Record<string, string>>): ReadonlyMap<string, Hierarchy> =>
  new Map(
    Object.entries(tree).map(([id, text]) => {
      const below = text.split(" ").filter((part) => part !== "" && part !== "+");
      const answer = {
        customer: toNode(id),
        ancestors: [],
        children: below.map((child) => (child === "?" ? hidden : toNode(child))),
        next_cursor: text.endsWith("+") ? "c" : null,
        roll_up: {
          customers: 1,
          total_opportunities: 0,
          open_opportunities: 0,
          won_opportunities: 0,
          amounts: [],
          is_lower_bound: false,
        },
      };
      return [id, answer as Hierarchy];
    }),
  );

/** Writes entries as `a a.b a.c…`: `-` closed, `+` open. */
const show = (entries: readonly AccountEntry[]): string =>
  entries
    .map(
      ({ id, kind, level, isExpanded }) =>
        `${level}${kind === "more" ? "…" : id}${isExpanded === undefined ? "" : isExpanded ? "+" : "-"}`,
    )
    .join(" ");

describe("the tree of accounts", () => {
  const cases: [name: string, tree: Record<string, string>, expanded: string, shown: string][] = [
    ["a customer alone", { a: "" }, "", "1a"],
    ["closed", { a: "b c" }, "", "1a-"],
    ["open, those below not loaded", { a: "b c" }, "a", "1a+ 2b 2c"],
    ["a branch is open", { a: "b c", b: "d", c: "" }, "a b", "1a+ 2b+ 3d 2c"],
    ["what is below a closed customer is not shown", { a: "b", b: "c", c: "d" }, "a c", "1a+ 2b-"],
    ["more than are loaded", { a: "b +" }, "a", "1a+ 2b 2…"],
    ["hidden customers are left out", { a: "? b" }, "a", "1a+ 2b"],
    ["a customer in two answers is shown once", { a: "b c", b: "c" }, "a b", "1a+ 2b+ 3c"],
  ];
  it.each(cases)("%s", (_, tree, expanded, shown) => {
    const answers = toAnswers(tree);
    const entries = listAccounts({
      roots: [toNode("a")],
      expanded: new Set(expanded.split(" ")),
      findAnswer: (id) => answers.get(id),
    });
    expect(show(entries)).toBe(shown);
  });

  it("shows the customer that the page is about, also beyond the loaded ones", () => {
    const answers = toAnswers({ a: "b +" });
    const path = linkPath([toNode("a"), toNode("z")]);
    const entries = listAccounts({ roots: [toNode("a")], expanded: new Set("a"), findAnswer: (id) => answers.get(id), path });
    expect(show(entries)).toBe("1a+ 2b 2z 2…");
    expect(entries.map(({ place, count }) => `${place}/${count}`)).toEqual(["1/1", "1/3", "2/3", "3/3"]);
  });

  it("begins below the last customer that the user does not see", () => {
    const ancestors = [toNode("a"), hidden, toNode("c")];
    expect(findPath({ ancestors, customer: toNode("d") }).map(({ id }) => id)).toEqual(["c", "d"]);
  });

  it("finds the groups from the second level", () => {
    const rows = ["a", "b", "a", "c"].map((parent_customer_id) => ({ parent_customer_id }));
    expect(findTops([...rows, {}], 2)).toEqual(["a", "b"]);
  });

  it.each([
    ["b", "c", true],
    ["b", "a", false],
    ["a", "d", false],
    ["d", "a", true],
    ["d", "b", false],
    ["a", "a", false],
  ])("moves %s below %s: %s", (dragged, target, isAllowed) => {
    const answers = toAnswers({ a: "b c", b: "d" });
    const entries = listAccounts({ roots: [toNode("a")], expanded: new Set(["a", "b"]), findAnswer: (id) => answers.get(id) });
    const find = (id: string): AccountEntry => entries.find((entry) => entry.id === id) as AccountEntry;
    expect(canMoveBelow(find(dragged), find(target), entries)).toBe(isAllowed);
  });

  it("adds no currencies", () => {
    const amounts = [
      { currency: "EUR", won_amount: "12.50", pipeline_value: "0.00" },
      { currency: "USD", won_amount: "3.00", pipeline_value: "0.00" },
    ];
    const format = (value: string, currency: string) => `${value} ${currency}`;
    expect(formatAmounts(amounts, "won_amount", format)).toBe("12.50 EUR + 3.00 USD");
    expect(formatAmounts(amounts, "pipeline_value", format)).toBe("");
  });
});

/** Reads `1a+ 2b`: level, id, and whether it is open (`+`) or closed (`-`). */
const toEntries = (text: string): TreeEntry[] =>
  text.split(" ").map((part) => {
    const [, level = "1", id = "", sign] = /^(\d)(\w+)([+-])?$/.exec(part) ?? [];
    return { id, level: Number(level), place: 1, count: 1, isExpanded: sign === undefined ? undefined : sign === "+" };
  });

describe("the picture of a tree", () => {
  const sizes = { width: 100, height: 40, columnGap: 20, rowGap: 10 };
  const cases: [name: string, entries: string, places: string, size: string][] = [
    ["one box", "1a", "a 0,0", "100×40"],
    ["the first one below stands beside", "1a+ 2b", "a 0,0 b 120,0", "220×40"],
    ["the next one stands below", "1a+ 2b 2c", "a 0,0 b 120,0 c 120,50", "220×90"],
    ["a branch makes room", "1a+ 2b+ 3c 3d 2e", "a 0,0 b 120,0 c 240,0 d 240,50 e 120,100", "340×140"],
    ["two groups", "1a+ 2b 1c", "a 0,0 b 120,0 c 0,50", "220×90"],
  ];
  it.each(cases)("%s", (_, entries, places, size) => {
    const layout = layoutTree(toEntries(entries), sizes);
    expect(layout.places.map(({ id, x, y }) => `${id} ${x},${y}`).join(" ")).toBe(places);
    expect(`${layout.width}×${layout.height}`).toBe(size);
  });

  it("draws a line to each box below another one", () => {
    const { lines } = layoutTree(toEntries("1a+ 2b 2c"), sizes);
    expect(lines).toEqual([
      { id: "b", path: "M100 20H120" },
      { id: "c", path: "M110 20V70H120" },
    ]);
  });

  it("places no boxes on each other", () => {
    const entries = toEntries("1a+ 2b+ 3c+ 4d 4e 3f 2g+ 3h 1i+ 2j");
    const places = layoutTree(entries, sizes).places.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(entries.length);
  });

  const tree = "1a+ 2b- 2c+ 3d 2e";
  const keys: [focused: string, key: string, result: string | undefined][] = [
    ["a", "ArrowDown", "b"],
    ["b", "ArrowDown", "c"],
    ["e", "ArrowDown", undefined],
    ["c", "ArrowUp", "b"],
    ["a", "ArrowUp", undefined],
    ["a", "ArrowRight", "b"],
    ["b", "ArrowRight", "toggle b"],
    ["d", "ArrowRight", undefined],
    ["d", "ArrowLeft", "c"],
    ["c", "ArrowLeft", "toggle c"],
    ["e", "ArrowLeft", "a"],
    ["c", "Home", "a"],
    ["c", "End", "e"],
    ["c", "x", undefined],
    ["z", "ArrowDown", undefined],
  ];
  const name = (step: ReturnType<typeof findTreeStep>): string | undefined =>
    step && ("toggle" in step ? `toggle ${step.toggle}` : step.focus);
  it.each(keys)("%s, %s: %s", (focused, key, result) => {
    expect(name(findTreeStep(toEntries(tree), focused, key))).toBe(result);
  });
  it("mirrors the arrows to the sides from right to left", () => {
    expect(name(findTreeStep(toEntries(tree), "b", "ArrowLeft", { isRightToLeft: true }))).toBe("toggle b");
    expect(name(findTreeStep(toEntries(tree), "d", "ArrowRight", { isRightToLeft: true }))).toBe("c");
  });
});

describe("the conditions of a set", () => {
  const write = (filter: unknown): string | undefined =>
    readGroups(filter)
      ?.map((group) => group.map(({ field, operator, values }) => `${field} ${operator} ${values.join()}`).join(" & "))
      .join(" | ");
  const cases: [filter: unknown, groups: string | undefined][] = [
    [null, ""],
    [{ status: "ACTIVE" }, "status eq ACTIVE"],
    [{ status: ["ACTIVE", "LEAD"], "interactions.90d": { gte: 3 } }, "status in ACTIVE,LEAD & interactions.90d gte 3"],
    [{ or: [{ tier: "GOLD" }, { vip_status: true }] }, "tier eq GOLD | vip_status eq true"],
    [
      { status: "ACTIVE", or: [{ tier: "GOLD" }, { vip_status: true }] },
      "status eq ACTIVE & tier eq GOLD | status eq ACTIVE & vip_status eq true",
    ],
    [{ and: [{ a: 1 }, { or: [{ b: 2 }, { c: 3 }] }] }, "a eq 1 & b eq 2 | a eq 1 & c eq 3"],
    [{ churned_at: null }, "churned_at is_null true"],
    [{ or: Array.from({ length: 11 }, (_, n) => ({ tier: String(n) })) }, undefined],
    ["ACTIVE", undefined],
    [{ or: "x" }, undefined],
  ];
  it.each(cases)("%j", (filter, groups) => expect(write(filter)).toBe(groups));

  it.each([
    [{ status: { eq: "ACTIVE" } }],
    [{ status: { in: ["ACTIVE", "LEAD"] }, "interactions.90d": { gte: "3" } }],
    [{ or: [{ tier: { eq: "GOLD" } }, { churned_at: { is_null: true } }] }],
  ])("%j is stored as it was read", (filter) => expect(buildFilter(readGroups(filter) ?? [])).toEqual(filter));

  it("leaves out conditions without a value", () => {
    expect(buildFilter([[{ field: "tier", operator: "in", values: [] }], []])).toBeUndefined();
  });

  it.each([
    ["interactions.90d", { is: "interactions", type: undefined, days: 90 }],
    ["interactions.email_opened.30d", { is: "interactions", type: "email_opened", days: 30 }],
    ["days_since.created_at", { is: "days_since", field: "created_at" }],
    ["monetary_score", { is: "score", of: "monetary" }],
    ["address.city", { is: "address", part: "city" }],
    ["address.street", undefined],
    ["health_score", undefined],
    ["status", undefined],
  ])("%s", (field, fact) => expect(parseFact(field)).toEqual(fact));

  it("counts fields and no facts", () => {
    expect(isCountable([[{ field: "status", operator: "eq", values: ["ACTIVE"] }]])).toBe(true);
    expect(isCountable([[{ field: "interactions.90d", operator: "gte", values: ["3"] }]])).toBe(false);
  });

  it("offers facts, and those that conditions have already", () => {
    const groups = [[{ field: "interactions.call.7d", operator: "gte", values: ["1"] }]] as const;
    const source = { fields: [{ name: "created_at", type: "instant" }], interactionTypes: ["call"], isScored: false, groups };
    expect(listFacts(source)).toEqual([
      ...["interactions.30d", "interactions.90d", "interactions.365d", "interactions.call.90d", "days_since.created_at"],
      "interactions.call.7d",
    ]);
  });
});

it("offers the address of records that have addresses", () => {
  const source = { fields: [{ name: "addresses", type: "json" }], interactionTypes: [], isScored: false, groups: [] };
  expect(listFacts(source).slice(-4)).toEqual(["address.city", "address.postal_code", "address.state", "address.country"]);
});

describe("the financials of a customer", () => {
  it("lists each period from the first to the last one", () => {
    const rows = [
      { "sale_day.month": "2027-01", total: "5.00" },
      { "sale_day.month": "2026-11", total: "7.50" },
      { "sale_day.month": null, total: "1.00" },
    ];
    expect(listPeriodSums(rows, "month")).toEqual([
      { id: "2026-11", total: "7.50" },
      { id: "2026-12", total: "0" },
      { id: "2027-01", total: "5.00" },
    ]);
    expect(listPeriodSums([], "year")).toEqual([]);
  });

  it("asks for the orders of the customer that count as sales", () => {
    const { where, group_by } = buildOrderReport("cus_1", "year");
    expect(where).toEqual({ customer_id: "cus_1", sale_day: { is_null: false } });
    expect(group_by).toEqual([{ field: "sale_day", by: "year" }]);
  });

  it("begins with the currency of the customer", () => {
    const amounts = ["CHF", "EUR", "USD"].map((currency) => ({
      currency,
      lifetime_value: "1",
      open_balance: "0",
      overdue_balance: "0",
    }));
    expect(orderBalances(amounts, "USD").map(({ currency }) => currency)).toEqual(["USD", "CHF", "EUR"]);
  });

  it.each([
    ["2026-11-01", "2026-11-28", 27],
    ["2026-11-28", "2026-11-28", 0],
    ["2026-12-01", "2026-11-28", -3],
    ["2024-02-28", "2024-03-01", 2],
  ])("%s to %s: %i days", (from, until, days) => expect(countDays(from, until)).toBe(days));
});
