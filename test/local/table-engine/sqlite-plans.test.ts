import type { DatabaseSync } from "node:sqlite";
import type { KeyRange } from "@crm/local/table-engine/storage.ts";
import { describe, expect, it } from "vitest";
import { useSqliteFiles } from "./sqlite-files.ts";
import { wholePartition } from "./storage-rows.ts";

const { nameNewFile, openStorage, openObserved, closeAll } = useSqliteFiles();

describe("the plans of SqliteStorage", () => {
  /** Statements that only run while a file is opened. */
  const OPENING_STATEMENTS = /FROM (sqlite_schema|indexes)|SELECT id, pk, sk, item FROM items ORDER BY id/;

  it("use an index and sort nothing", () => {
    const file = nameNewFile();
    openStorage(file).close();
    const { storage, connection, statements } = openObserved(file);
    const bound = { value: "m", inclusive: true };
    const after = { pk: "p", sk: "n", sort: "n" };
    for (const index of [undefined, "by_owner"])
      for (const lower of [undefined, bound, { ...bound, inclusive: false }])
        for (const upper of [undefined, { ...bound, value: "x" }, { value: "x", inclusive: false }])
          for (const forward of [true, false])
            for (const start of [undefined, after])
              Array.from(storage.range({ index, partition: "p", lower, upper, forward, after: start }));
    for (const start of [undefined, { ...after, partition: "p" }]) {
      Array.from(storage.scan(start));
      Array.from(storage.scanIndex("by_owner", start));
    }
    const plans = [...statements]
      .filter((sql) => /^\s*(SELECT|INSERT|DELETE)/.test(sql) && !OPENING_STATEMENTS.test(sql))
      .map((sql) => ({ sql, steps: explain(connection, sql) }));
    expect(plans.length).toBeGreaterThan(40);
    const isAllowed = (step: string): boolean => step === "SCAN items USING INDEX items_by_key" || step.startsWith("SEARCH ");
    const unexpected = plans.filter(({ steps }) => steps.some((step) => /SCAN|SEARCH|B-TREE/.test(step) && !isAllowed(step)));
    expect(unexpected).toEqual([]);
  });

  it("seek both ends of a range, and resume after a row without reading the rows before it", () => {
    const file = nameNewFile();
    const explainRange = (range: Partial<KeyRange>): string => {
      const { storage, connection, statements } = openObserved(file);
      statements.clear();
      Array.from(storage.range({ ...wholePartition("p", "by_owner"), ...range }));
      const [step] = explain(connection, [...statements][0] as string);
      closeAll();
      return step?.replace(/^SEARCH entry USING PRIMARY KEY /, "") ?? "";
    };
    const [low, high] = [
      { value: "a", inclusive: true },
      { value: "z", inclusive: true },
    ];
    const after = { pk: "p", sk: "n", sort: "n" };
    const partition = "index_number=? AND partition=?";
    expect(explainRange({})).toBe(`(${partition})`);
    expect(explainRange({ lower: low, upper: high })).toBe(`(${partition} AND sort>? AND sort<?)`);
    expect(explainRange({ lower: low, upper: high, after })).toBe(`(${partition} AND (sort,pk,sk)>(?,?,?) AND sort<?)`);
    expect(explainRange({ lower: low, upper: high, after, forward: false })).toBe(
      `(${partition} AND sort>? AND (sort,pk,sk)<(?,?,?))`,
    );
    expect(explainRange({ lower: { ...low, value: "o" }, after })).toBe(`(${partition} AND sort>?)`);
  });

  const explain = (connection: DatabaseSync, sql: string): string[] =>
    connection
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
});
