import { findNextRun, parseCron } from "@crm/core/engagement/workflow/cron.rules.ts";
import type { Step } from "@crm/core/engagement/workflow/definition.ts";
import { chooseWay, findNext, listSteps } from "@crm/core/engagement/workflow/step-tree.rules.ts";
import { findOpenInstant } from "@crm/core/engagement/workflow/time-window.rules.ts";
import { computeValue, isComputed, listPaths, type ValueSources } from "@crm/core/engagement/workflow/values.rules.ts";
import { buildWatchIndex, findMatches, formatMatch, parseMatch, type Watch } from "@crm/core/engagement/workflow/watch.rules.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { FilterExpression } from "@crm/core/storage/read/where-clause.ts";
import { describe, expect, it } from "vitest";

const end = (id: string): Step => ({ id, do: "end", on_error: "stop" });

const tree: Step[] = [
  end("a"),
  {
    id: "b",
    do: "branch",
    on_error: "stop",
    cases: [
      { where: {}, steps: [end("b1"), end("b2")] },
      {
        where: {},
        steps: [
          {
            id: "s",
            do: "split",
            on_error: "stop",
            ways: [
              { percent: 100, steps: [end("s1")] },
              { percent: 0, steps: [] },
            ],
          },
        ],
      },
    ],
    else: [],
  },
  end("c"),
];

describe("the order of steps", () => {
  it.each([
    ["a", "b"],
    ["b", "c"],
    ["b1", "b2"],
    ["b2", "c"],
    ["s", "c"],
    ["s1", "c"],
    ["c", null],
    ["gone", null],
  ])("%s is followed by %s", (id, next) => expect(findNext(tree, id)).toBe(next));

  it("names the place of each step", () =>
    expect(listSteps(tree).map(({ step, path }) => `${step.id} ${path}`)).toEqual([
      "a steps[0]",
      "b steps[1]",
      "b1 steps[1].cases[0].steps[0]",
      "b2 steps[1].cases[0].steps[1]",
      "s steps[1].cases[1].steps[0]",
      "s1 steps[1].cases[1].steps[0].ways[0].steps[0]",
      "c steps[2]",
    ]));
});

describe("a split", () => {
  it("takes the same way for the same record, and spreads records over the ways", () => {
    const ways = [{ percent: 20 }, { percent: 30 }, { percent: 50 }];
    const counts = [0, 0, 0];
    for (let n = 0; n < 3000; n++) {
      const way = chooseWay(ways, `wfl/led_${n}/split`);
      expect(chooseWay(ways, `wfl/led_${n}/split`)).toBe(way);
      counts[way] = (counts[way] ?? 0) + 1;
    }
    for (const [index, { percent }] of ways.entries()) expect(Math.abs((counts[index] ?? 0) / 30 - percent)).toBeLessThan(3);
  });

  it("never takes a way of no percent", () => {
    for (let n = 0; n < 200; n++) expect(chooseWay([{ percent: 0 }, { percent: 100 }], `${n}`)).toBe(1);
  });
});

const sources: ValueSources = {
  objects: {
    record: { name: "Ada", amount: "12.50", owner_id: "usr_1", close_date: "2026-03-31" },
    output: { hook: { ok: true } },
  },
  choose: (values) => values[1] ?? null,
  moveDate: (date, plus) => `${date}${plus ?? ""}`,
};

describe("values", () => {
  it.each<[Json, unknown, boolean]>([
    ["plain", "plain", false],
    [7, 7, false],
    ["Call {{record.name}}", "Call Ada", true],
    ["Call {{ record.nick|friend }}", "Call friend", true],
    ["{{record.nick}}", "", true],
    [{ field: "record.owner_id" }, "usr_1", true],
    [{ field: "record.gone" }, null, true],
    [{ output: "hook.ok" }, true, true],
    [{ date: "today", plus: "3d" }, "today3d", true],
    [{ date: "record.close_date", plus: "-1w" }, "2026-03-31-1w", true],
    [{ date: "record.gone" }, null, true],
    [{ round_robin: ["x", "y"] }, "y", true],
    [{ city: "{{record.name}}", list: ["{{record.amount}}", 2] }, { city: "Ada", list: ["12.50", 2] }, true],
    [{ field: "a", city: "b" }, { field: "a", city: "b" }, false],
  ])("%j becomes %j", (value, computed, depends) => {
    expect(computeValue(value, sources)).toEqual(computed);
    expect(isComputed(value)).toBe(depends);
  });

  it("does not compute what a field contains", () => {
    const objects = { record: { name: "{{record.amount}}", amount: "1" } };
    expect(computeValue("Hi {{record.name}}", { ...sources, objects })).toBe("Hi {{record.amount}}");
    expect(computeValue("{{record.constructor}}{{__proto__.x}}", { ...sources, objects })).toBe("");
  });

  it("names the paths that it reads", () =>
    expect(
      listPaths({ a: "{{record.x}} {{owner.email}}", b: [{ field: "created.s.id" }, { output: "h.k" }], c: { date: "now" } }),
    ).toEqual(["record.x", "owner.email", "created.s.id", "output.h.k"]));
});

const is = (field: string, value: string): FilterExpression => ({ field, operator: "eq", type: "text", value });
const matches = (record: Record<string, string>, condition: FilterExpression): boolean =>
  "field" in condition && record[condition.field] === condition.value;
const watch = (fields: Partial<Watch>): Watch => ({
  act: "enroll",
  workflow_id: "wfl",
  version: 1,
  from: "2026-01-01",
  ...fields,
});

describe("watches", () => {
  const change = {
    types: ["lead.updated"],
    changed: ["status"],
    at: "2026-02-01",
    before: { status: "A" },
    after: { status: "B" },
    orders: new Map([["status", new Map(["A", "B", "C"].map((value, index) => [value, index]))]]),
  };
  it.each([
    ["an event", { events: ["lead.updated"] }, true],
    ["another event", { events: ["lead.created"] }, false],
    ["a changed field", { fields: ["status"] }, true],
    ["another field", { fields: ["name"] }, false],
    ["a change before publication", { events: ["lead.updated"], from: "2026-03-01" }, false],
    ["a value before and after", { fields: ["status"], before: is("status", "A"), after: is("status", "B") }, true],
    ["another value before", { fields: ["status"], before: is("status", "C") }, false],
    ["conditions that become true", { fields: ["status"], after: is("status", "B"), becomes: true }, true],
    ["a later value", { fields: ["status"], moved: { field: "status", direction: "forward" } }, true],
    ["an earlier value", { fields: ["status"], moved: { field: "status", direction: "backward" } }, false],
    ["conditions that no longer hold", { fields: ["status"], after: is("status", "A"), becomes: true }, false],
  ] as const)("%s: %j → %s", (_, fields, expected) => {
    expect(findMatches(buildWatchIndex([watch(fields as Partial<Watch>)]), change, matches).length > 0).toBe(expected);
  });

  it.each(["D", null])("does not match a direction from %s, which has no order", (status) => {
    const moved = watch({ fields: ["status"], moved: { field: "status", direction: "forward" } });
    const unordered: typeof change = { ...change, before: { status: String(status) } };
    expect(findMatches(buildWatchIndex([moved]), unordered, matches)).toEqual([]);
  });

  it("does not match conditions that held before", () => {
    const held = { ...change, before: { status: "B", name: "x" }, after: { status: "B", name: "y" }, changed: ["status"] };
    expect(
      findMatches(buildWatchIndex([watch({ fields: ["status"], after: is("status", "B"), becomes: true })]), held, matches),
    ).toEqual([]);
  });

  it("compares a change with the watches of its fields only", () => {
    let count = 0;
    const index = buildWatchIndex(
      Array.from({ length: 1000 }, (_, n) => watch({ fields: [`field_${n}`], after: is(`field_${n}`, "x") })),
    );
    findMatches(index, { ...change, changed: ["field_7"] }, () => ++count > 0);
    expect(count).toBe(1);
  });

  it.each([{}, { act: "wake" as const, step_id: "a-b" }])("keeps %j in an event", (fields) => {
    const { act, workflow_id, version, step_id } = watch(fields);
    expect(parseMatch(formatMatch(watch(fields)))).toEqual({ act, workflow_id, version, step_id });
  });
});

describe("schedules", () => {
  it.each([
    ["0 8 * * *", "2026-03-01T08:30:00.000Z", "2026-03-02T07:00:00.000Z"],
    ["0 8 * * *", "2026-03-28T08:30:00.000Z", "2026-03-29T06:00:00.000Z"],
    ["30 2 * * *", "2026-03-28T12:00:00.000Z", "2026-03-29T01:30:00.000Z"],
    ["*/15 9-10 * * 1-5", "2026-03-06T09:50:00.000Z", "2026-03-09T08:00:00.000Z"],
    ["0 0 1 * 1", "2026-03-03T00:00:00.000Z", "2026-03-08T23:00:00.000Z"],
    ["0 0 29 2 *", "2026-03-03T00:00:00.000Z", "2028-02-28T23:00:00.000Z"],
    ["0 9 * * 7", "2026-03-06T00:00:00.000Z", "2026-03-08T08:00:00.000Z"],
  ])("%s after %s is %s", (text, after, next) => {
    const cron = parseCron(text);
    expect(typeof cron === "string" ? cron : findNextRun(cron, "Europe/Berlin", after)).toBe(next);
  });

  it.each([
    "",
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "a * * * *",
    "*/0 * * * *",
  ])("%j is refused", (text) => expect(typeof parseCron(text)).toBe("string"));

  it("never runs on a day that does not exist", () => {
    const cron = parseCron("0 0 31 2 *");
    expect(typeof cron === "string" ? cron : findNextRun(cron, "UTC", "2026-01-01T00:00:00.000Z")).toBeUndefined();
  });
});

describe("a window", () => {
  const weekdays = { days: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "09:00", to: "17:00" };
  it.each([
    ["2026-03-02T10:00:00.000Z", "2026-03-02T10:00:00.000Z"],
    ["2026-03-02T06:00:00.000Z", "2026-03-02T08:00:00.000Z"],
    ["2026-03-06T16:00:00.000Z", "2026-03-09T08:00:00.000Z"],
    ["2026-03-28T12:00:00.000Z", "2026-03-30T07:00:00.000Z"],
  ])("%s opens at %s", (instant, open) => expect(findOpenInstant(weekdays, "Europe/Berlin", instant)).toBe(open));

  it("is always open without one", () =>
    expect(findOpenInstant(null, "UTC", "2026-03-02T03:00:00.000Z")).toBe("2026-03-02T03:00:00.000Z"));
});
