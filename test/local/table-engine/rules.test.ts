import type { Action, TableEngine } from "@crm/local/table-engine/engine.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryEngine } from "./memory-engine.ts";

/** DynamoDB rules that dynoxide cannot show or gets wrong; each title is AWS's rule in our own words. */

type Parameters = Record<string, unknown>;

let now: number;
let engine: TableEngine;

beforeEach(() => {
  now = Date.parse("2026-01-01T00:00:00Z");
  engine = createMemoryEngine("crm", () => now);
});

const key = (sk: string, pk = "p") => ({ pk: { S: pk }, sk: { S: sk } });
const execute = (action: Action, input: Parameters): Parameters => engine.execute(action, { TableName: "crm", ...input });
const putItem = (sk: string, attributes: Parameters = {}, pk = "p") =>
  execute("PutItem", { Item: { ...key(sk, pk), ...attributes } });
const get = (sk: string) => execute("GetItem", { Key: key(sk), ConsistentRead: true }).Item as Parameters | undefined;
const update = (sk: string, UpdateExpression: string, values?: Parameters, more: Parameters = {}): { Attributes?: Parameters } =>
  execute("UpdateItem", {
    Key: key(sk),
    UpdateExpression,
    ...(values ? { ExpressionAttributeValues: values } : {}),
    ...more,
  });
const query = (more: Parameters = {}, values: Parameters = {}) =>
  execute("Query", {
    KeyConditionExpression: "pk = :pk",
    ...more,
    ExpressionAttributeValues: { ":pk": { S: "p" }, ...values },
  }) as { Items?: { sk: { S: string } }[]; Count: number; ScannedCount: number; LastEvaluatedKey?: object };
const sortKeys = (page: ReturnType<typeof query>): string[] => (page.Items ?? []).map(({ sk }) => sk.S);
const catchMessage = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};
const readRecords = (after = 0) => engine.records(after, 1000);

describe("Order and pages", () => {
  it("Texts are ordered by their UTF-8 bytes, so that U+FFFF comes before U+10000", () => {
    for (const sk of ["\u{10000}", "\uffff", "b", "a", "B"]) putItem(sk);
    expect(sortKeys(query())).toEqual(["B", "a", "b", "\uffff", "\u{10000}"]);
    expect(sortKeys(query({ ScanIndexForward: false })).at(0)).toBe("\u{10000}");
    const between = query({ KeyConditionExpression: "pk = :pk AND sk > :sk" }, { ":sk": { S: "\uffff" } });
    expect(sortKeys(between)).toEqual(["\u{10000}"]);
  });

  it("A key condition tells letters of different case apart", () => {
    for (const sk of ["b", "B"]) putItem(sk);
    expect(sortKeys(query({ KeyConditionExpression: "pk = :pk AND begins_with(sk, :b)" }, { ":b": { S: "B" } }))).toEqual(["B"]);
  });

  it("A page that ends at its Limit has a LastEvaluatedKey, even if no items follow", () => {
    for (const sk of ["a", "b"]) putItem(sk);
    const page = query({ Limit: 2 });
    expect(page.LastEvaluatedKey).toEqual(key("b"));
    expect(query({ Limit: 2, ExclusiveStartKey: page.LastEvaluatedKey })).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
    expect(query({ Limit: 3 }).LastEvaluatedKey).toBeUndefined();
  });

  it("Limit counts items before the filter, so a page may be empty and have a LastEvaluatedKey", () => {
    for (const sk of ["a", "b", "c"]) putItem(sk, { n: { N: sk === "c" ? "1" : "0" } });
    const filter = { FilterExpression: "n = :one", Limit: 2 };
    const page = query(filter, { ":one": { N: "1" } });
    expect(page).toEqual({ Items: [], Count: 0, ScannedCount: 2, LastEvaluatedKey: key("b") });
    const rest = query({ ...filter, ExclusiveStartKey: page.LastEvaluatedKey }, { ":one": { N: "1" } });
    expect([sortKeys(rest), rest.LastEvaluatedKey]).toEqual([["c"], undefined]);
  });

  it("Select COUNT returns both counts and no items", () => {
    for (const sk of ["a", "b"]) putItem(sk, { n: { N: sk === "a" ? "1" : "0" } });
    const page = query({ Select: "COUNT", FilterExpression: "n = :one" }, { ":one": { N: "1" } });
    expect(page).toEqual({ Count: 1, ScannedCount: 2 });
  });

  it("A page ends with the item that brings it to 1 MB, regardless of the filter", () => {
    for (const sk of ["a", "b", "c", "d"]) putItem(sk, { s: { S: "x".repeat(300_000) } });
    const page = query();
    expect([sortKeys(page), page.LastEvaluatedKey]).toEqual([["a", "b", "c", "d"], key("d")]);
    putItem("bb", { s: { S: "x".repeat(300_000) } });
    const filtered = query({ FilterExpression: "attribute_exists(nothing)" });
    expect(filtered).toEqual({ Items: [], Count: 0, ScannedCount: 4, LastEvaluatedKey: key("c") });
  });

  it("A page of an index is measured by the projected attributes", () => {
    for (const sk of ["a", "b", "c", "d", "e"])
      putItem(sk, { s: { S: "x".repeat(300_000) }, due: { S: "d" }, due_sort: { S: sk } });
    const page = execute("Query", {
      IndexName: "due",
      KeyConditionExpression: "due = :d",
      ExpressionAttributeValues: { ":d": { S: "d" } },
      ReturnConsumedCapacity: "INDEXES",
    });
    expect(page.Items).toHaveLength(5);
    expect(page.ConsumedCapacity).toMatchObject({
      Table: { CapacityUnits: 0 },
      GlobalSecondaryIndexes: { due: { CapacityUnits: 0.5 } },
    });
  });

  it("An index holds items with both of its key attributes, and only projected attributes", () => {
    putItem("a", { due: { S: "d" }, due_sort: { S: "1" }, n: { N: "1" }, row: { S: "r" }, id: { S: "1" }, by_time: { S: "t" } });
    putItem("b", { due: { S: "d" } });
    const items = (index: string) => execute("Scan", { IndexName: index }).Items;
    expect(items("due")).toEqual([{ ...key("a"), due: { S: "d" }, due_sort: { S: "1" } }]);
    expect(items("by_time")).toEqual([{ ...key("a"), by_time: { S: "t" }, id: { S: "1" }, row: { S: "r" } }]);
  });

  it("A start key need not exist, but must be in the query's partition and range", () => {
    for (const sk of ["a", "c"]) putItem(sk);
    expect(sortKeys(query({ ExclusiveStartKey: key("b") }))).toEqual(["c"]);
    expect(catchMessage(() => query({ ExclusiveStartKey: key("b", "q") }))).toContain("outside query boundaries");
    const range = { KeyConditionExpression: "pk = :pk AND sk < :sk", ExclusiveStartKey: key("z") };
    expect(catchMessage(() => query(range, { ":sk": { S: "b" } }))).toContain("does not match the range key predicate");
  });
});

describe("Values", () => {
  it("Elements of a number set are equal by value", () => {
    expect(catchMessage(() => putItem("a", { ns: { NS: ["1", "1.0"] } }))).toContain("contains duplicates");
    putItem("a", { ns: { NS: ["0.1", "2"] } });
    update("a", "DELETE ns :ns", { ":ns": { NS: ["0.10"] } });
    expect(get("a")?.ns).toEqual({ NS: ["2"] });
  });

  it("Numbers have 38 digits and a normal form", () => {
    putItem("a", { n: { N: "0042.1200" }, m: { N: "-0" }, o: { N: "1e3" }, p: { N: "9".repeat(38) } });
    expect(get("a")).toMatchObject({ n: { N: "42.12" }, m: { N: "0" }, o: { N: "1000" }, p: { N: "9".repeat(38) } });
    expect(catchMessage(() => putItem("a", { n: { N: "9".repeat(39) } }))).toContain("38 significant digits");
    expect(catchMessage(() => update("a", "SET p = p + :n", { ":n": { N: "0.1" } }))).toContain("Number overflow");
    expect(catchMessage(() => putItem("a", { n: { N: "0e126" } }))).toContain("Number overflow");
  });

  it("A value is nested in at most 31 lists and maps", () => {
    const nest = (depth: number): unknown => (depth === 0 ? { S: "a" } : { L: [nest(depth - 1)] });
    expect(catchMessage(() => putItem("a", { l: nest(31) }))).toBe("no error");
    expect(catchMessage(() => putItem("a", { l: nest(32) }))).toContain("Nesting Levels");
    expect(catchMessage(() => update("a", "SET l[0] = :v", { ":v": nest(30) }))).toBe("no error");
    expect(catchMessage(() => update("a", "SET l[0] = :v", { ":v": nest(31) }))).toContain("Nesting Levels");
    expect(catchMessage(() => update("a", "SET m = list_append(l, l)"))).toBe("no error");
  });

  it("An item has at most 409,600 bytes with its names", () => {
    const bytes = 409_600 - "pkpska".length - "s".length;
    expect(catchMessage(() => putItem("a", { s: { S: "x".repeat(bytes) } }))).toBe("no error");
    expect(catchMessage(() => putItem("a", { s: { S: "x".repeat(bytes + 1) } }))).toContain("Item size has exceeded");
    expect(catchMessage(() => update("a", "SET t = :t", { ":t": { BOOL: true } }))).toContain("Item size to update");
  });

  it("Keys of an index are texts of 1 to 2,048 or 1,024 bytes", () => {
    expect(catchMessage(() => putItem("a", { due: { S: "" } }))).toContain("empty string value");
    expect(catchMessage(() => putItem("a", { due: { N: "1" } }))).toContain("Type mismatch for Index Key due");
    expect(catchMessage(() => putItem("a", { due: { S: "é".repeat(1025) } }))).toContain("2048");
    expect(catchMessage(() => putItem("a", { due_sort: { S: "é".repeat(513) } }))).toContain("1024");
    expect(
      catchMessage(() => putItem("a", { due: { S: "é".repeat(1024) }, due_sort: { S: "é".repeat(512) }, s: { S: "" } })),
    ).toBe("no error");
  });

  it("A number takes half a byte for each digit on each side of the point", () => {
    const units = (n: string) =>
      execute("PutItem", {
        Item: { ...key("a"), n: { N: n }, s: { S: "x".repeat(1024 - 6 - 1 - 1 - 3) } },
        ReturnConsumedCapacity: "TOTAL",
      }).ConsumedCapacity;
    expect(units("1.5")).toMatchObject({ CapacityUnits: 1 });
    expect(units("15.25")).toMatchObject({ CapacityUnits: 1 });
    expect(units("15.255")).toMatchObject({ CapacityUnits: 2 });
  });
});

describe("Expressions", () => {
  const filter = (text: string) => catchMessage(() => execute("Scan", { FilterExpression: text }));

  it("An expression has at most 300 operators, 4,096 bytes, 100 operands of IN and 32 steps of a path", () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `:v${index}`);
    const values = Object.fromEntries(names(101).map((name) => [name, { N: "1" }]));
    const inList = (count: number) =>
      catchMessage(() =>
        execute("Scan", {
          FilterExpression: `n IN (${names(count).join(",")})`,
          ExpressionAttributeValues: Object.fromEntries(Object.entries(values).slice(0, count)),
        }),
      );
    expect([inList(100), inList(101)]).toEqual(["no error", expect.stringContaining("too many operands")]);
    const tests = (count: number) => Array.from({ length: count }, () => "a=b").join(" OR ");
    expect(filter(tests(150))).toBe("no error");
    expect(filter(`NOT NOT ${tests(150)}`)).toContain("too many operators; operator count: 301");
    expect(filter(`attribute_exists(${"a".repeat(4078)})`)).toBe("no error");
    expect(filter(`attribute_exists(${"a".repeat(4079)})`)).toContain("expression size: 4097");
    expect(filter(`attribute_exists(a${"[0]".repeat(31)})`)).toBe("no error");
    expect(filter(`attribute_exists(a${"[0]".repeat(32)})`)).toContain("too many nesting levels");
  });

  it("Errors in an expression are rejected before any item is read", () => {
    expect(filter("n BETWEEN n AND m")).toContain("must be distinct");
    expect(filter("Contains(a, b)")).toContain("Invalid function name");
    expect(filter("size(a)")).toContain("not allowed to be used this way");
    expect(filter("_a = b")).toContain('Syntax error; token: "_", near: "_a"');
    expect(filter("((a = b))")).toContain("redundant parentheses");
    expect(filter("pk.a = b")).toContain("Key attributes must be scalars");
    const typed = (text: string, v: object) =>
      catchMessage(() => execute("Scan", { FilterExpression: text, ExpressionAttributeValues: { ":v": v } }));
    expect(typed("n < :v", { BOOL: true })).toContain("Incorrect operand type");
    expect(typed("attribute_type(n, :v)", { S: "X" })).toContain("Invalid attribute type name");
    expect(typed("n = n.a", { S: "X" })).toContain("unused in expressions");
    expect(typed("begins_with(n, :v)", { N: "1" })).toContain("Incorrect operand type");
    expect(typed("size(:v) > n", { S: "X" })).toBe("no error");
  });

  it("Unused and undefined placeholders are rejected even if the condition fails", () => {
    const condition = { ConditionExpression: "attribute_exists(nothing)", ExpressionAttributeValues: { ":v": { S: "a" } } };
    expect(catchMessage(() => execute("DeleteItem", { Key: key("a"), ...condition }))).toContain("unused in expressions");
  });

  it("A missing attribute differs from every value, and has no order", () => {
    putItem("a", { n: { N: "1" } });
    const holds = (text: string) => query({ FilterExpression: text }, { ":v": { N: "1" } }).Count === 1;
    expect(holds("absent <> :v")).toBe(true);
    expect(holds("absent < :v OR absent >= :v OR absent = :v")).toBe(false);
    expect(holds("NOT absent < :v AND n = :v")).toBe(true);
    expect(holds("size(n) >= :v OR n < :v")).toBe(false);
  });

  it("ConsistentRead on an index is rejected", () => {
    expect(catchMessage(() => execute("Scan", { IndexName: "due", ConsistentRead: true }))).toContain(
      "Consistent reads are not supported",
    );
  });
});

describe("Key conditions", () => {
  const a = { S: "a" };
  /** The error message for a sort key condition added to the condition on the partition key. */
  const sort = (text: string, value: Parameters = a) =>
    catchMessage(() => query({ KeyConditionExpression: `pk = :pk AND ${text}` }, text.includes(":v") ? { ":v": value } : {}));

  it("Select one partition by equality, and a range of its sort key by one condition", () => {
    for (const sk of ["a", "ab", "b", "c"]) putItem(sk);
    const select = (text: string, values: Parameters = {}) =>
      sortKeys(query({ KeyConditionExpression: `pk = :pk AND ${text}` }, { ":v": a, ...values }));
    expect(select("sk = :v")).toEqual(["a"]);
    expect(select("sk > :v")).toEqual(["ab", "b", "c"]);
    expect(select(":v >= sk")).toEqual(["a"]);
    expect(select("sk BETWEEN :v AND :w", { ":w": { S: "b" } })).toEqual(["a", "ab", "b"]);
    expect(select("begins_with(sk, :v)")).toEqual(["a", "ab"]);
    expect(sort("sk > :v AND sk < :v")).toContain("must only contain one condition per key");
    expect(sort("n = :v")).toContain("Query condition missed key schema element: sk");
    expect(sort("sk = :v AND n = :v")).toContain("number of query conditions (3) exceeds");
    expect(catchMessage(() => query({ KeyConditionExpression: "pk < :pk" }))).toContain("Query key condition not supported");
    expect(catchMessage(() => query({ KeyConditionExpression: "sk = :pk" }))).toContain("missed key schema element: pk");
    expect(catchMessage(() => execute("Query", {}))).toContain(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified",
    );
  });

  it("Support only comparisons, BETWEEN and begins_with", () => {
    const unsupported = "Invalid operator used in KeyConditionExpression";
    const operators = [sort("sk <> :v"), sort("sk IN (:v)"), sort("NOT sk = :v"), sort("contains(sk, :v)")];
    expect(operators.every((text) => text.includes(unsupported))).toBe(true);
    expect(sort("attribute_exists(sk)")).toContain(`${unsupported}: attribute_exists`);
    expect(sort("attribute_not_exists(sk)")).toContain(`${unsupported}: attribute_not_exists`);
    expect(catchMessage(() => query({ KeyConditionExpression: "pk = :pk OR sk = :pk" }))).toContain(`${unsupported}: OR`);
    expect(sort("foo(sk, :v)")).toContain("Invalid function name; function: foo");
  });

  it("Compare exactly one key attribute with values", () => {
    expect(sort("sk = pk")).toContain("Multiple attribute names used in one condition");
    expect(sort(":v = :v")).toContain("No key attribute specified");
    expect(sort("begins_with(:v, sk)")).toContain("begins_with operator must have the key attribute as its first operand");
    expect(sort(":v BETWEEN :v AND :v")).toContain("No key attribute specified");
    expect(sort("size(sk) = :v")).toContain("cannot contain nested operations");
    expect(sort("m.a = :v")).toContain("cannot have conditions on nested attributes");
    expect(sort("sk = :v", { N: "1" })).toContain("Condition parameter type does not match schema type");
    expect(sort("sk = :v", { S: "" })).toContain("cannot contain an empty string value. Key: sk");
    expect(sort("sk < :v", { BOOL: true })).toContain("Incorrect operand type");
    expect(sort("begins_with(sk, :v)", { N: "1" })).toContain("Incorrect operand type");
  });

  it("A prefix matches all keys up to the next letter, with any text after the prefix", () => {
    const keys = ["\ud7ff", "\ud7ffa", "\ue000", "a\u{10ffff}", "a\u{10ffff}b", "b", "\u{10ffff}", "\u{10ffff}a"];
    for (const sk of keys) putItem(sk);
    const select = (prefix: string) =>
      sortKeys(query({ KeyConditionExpression: "pk = :pk AND begins_with(sk, :v)" }, { ":v": { S: prefix } }));
    expect(select("\ud7ff")).toEqual(["\ud7ff", "\ud7ffa"]);
    expect(select("a\u{10ffff}")).toEqual(["a\u{10ffff}", "a\u{10ffff}b"]);
    expect(select("\u{10ffff}")).toEqual(["\u{10ffff}", "\u{10ffff}a"]);
  });
});

describe("An attribute named __proto__", () => {
  const PROTO = "__proto__";
  const nested = { M: { [PROTO]: { M: { [PROTO]: { S: "inside" }, a: { N: "1" } } }, b: { N: "2" } } };
  const change = (text: string, values?: Parameters) =>
    update("a", text, values, { ExpressionAttributeNames: { "#p": PROTO }, ReturnValues: "ALL_NEW" }).Attributes;

  it("Is stored, read, selected and filtered like any other, at any depth", () => {
    putItem("a", { [PROTO]: nested });
    expect(get("a")).toEqual({ ...key("a"), [PROTO]: nested });
    const names = { ExpressionAttributeNames: { "#p": PROTO } };
    const select = (text: string) => execute("GetItem", { Key: key("a"), ProjectionExpression: text, ...names }).Item;
    expect(select("#p.#p.#p")).toEqual({ [PROTO]: { M: { [PROTO]: { M: { [PROTO]: { S: "inside" } } } } } });
    const count = (text: string) => query({ FilterExpression: text, ...names, Select: "COUNT" }, { ":v": { S: "inside" } }).Count;
    expect([count("#p.#p.#p = :v"), count("#p.#p.a = :v"), count("#p.b.#p = :v")]).toEqual([1, 0, 0]);
    putItem("a", { [PROTO]: nested });
    putItem("a", { [PROTO]: { S: "other" } });
    expect(readRecords().map(({ after }) => after?.[PROTO])).toEqual([nested, { S: "other" }]);
  });

  it("Is written and removed by updates, which never reach the prototype of an object", () => {
    putItem("a", { m: { M: {} } });
    expect(change("SET #p = :v", { ":v": nested })).toEqual({ ...key("a"), m: { M: {} }, [PROTO]: nested });
    expect(change("SET m.#p = :v", { ":v": { S: "x" } })?.m).toEqual({ M: { [PROTO]: { S: "x" } } });
    expect(change("SET #p.#p.#p = :v REMOVE #p.b", { ":v": { S: "y" } })?.[PROTO]).toEqual({
      M: { [PROTO]: { M: { [PROTO]: { S: "y" }, a: { N: "1" } } } },
    });
    expect(change("REMOVE #p, m.#p")).toEqual({ ...key("a"), m: { M: {} } });
    const invalid = (text: string) => catchMessage(() => change(text, { ":v": { S: "x" } }));
    expect(invalid("SET #p.polluted = :v")).toContain("document path");
    expect(invalid("SET m.#p.polluted = :v")).toContain("document path");
    expect(catchMessage(() => update("a", "SET toString.polluted = :v", { ":v": { S: "x" } }))).toContain("document path");
    expect("polluted" in {}).toBe(false);
  });
});

describe("Updates", () => {
  it("SET after the end of a list appends, in the order of the indexes", () => {
    putItem("a", { l: { L: [{ N: "0" }] } });
    update("a", "SET l[9] = :b, l[4] = :a", { ":a": { N: "1" }, ":b": { N: "2" } });
    expect(get("a")?.l).toEqual({ L: [{ N: "0" }, { N: "1" }, { N: "2" }] });
  });

  it("List indexes refer to the list before the update, also beside other sections", () => {
    putItem("a", { l: { L: ["0", "1", "2", "3"].map((N) => ({ N })) } });
    update("a", "REMOVE l[1], l[0] SET l[3] = :v, l[8] = :v", { ":v": { S: "new" } });
    expect(get("a")?.l).toEqual({ L: [{ N: "2" }, { S: "new" }, { S: "new" }] });
  });

  it("All values are computed from the item before the update", () => {
    putItem("a", { n: { N: "1" }, m: { N: "2" } });
    update("a", "SET n = m, m = n, o = n + m");
    expect(get("a")).toMatchObject({ n: { N: "2" }, m: { N: "1" }, o: { N: "3" } });
  });

  it("REMOVE and DELETE create no item; an update without an expression does", () => {
    expect(update("a", "REMOVE n", undefined, { ReturnValues: "ALL_NEW" })).toEqual({});
    expect([get("a"), readRecords()]).toEqual([undefined, []]);
    execute("UpdateItem", { Key: key("a") });
    expect(get("a")).toEqual(key("a"));
  });

  it("A path below a missing attribute is rejected, for REMOVE too", () => {
    putItem("a");
    expect(catchMessage(() => update("a", "REMOVE m.a"))).toContain("document path");
    expect(catchMessage(() => update("a", "SET m.a = :v", { ":v": { N: "1" } }))).toContain("document path");
  });

  it("UPDATED_NEW returns the elements that the update names; UPDATED_OLD returns only those that existed before", () => {
    putItem("a", { l: { L: [{ N: "0" }, { N: "1" }] } });
    const answer = (returns: string) => update("a", "SET l[1] = :v, n = :v", { ":v": { N: "5" } }, { ReturnValues: returns });
    expect(answer("UPDATED_OLD")).toEqual({ Attributes: { l: { L: [{ N: "1" }] } } });
    expect(answer("UPDATED_NEW")).toEqual({ Attributes: { l: { L: [{ N: "5" }] }, n: { N: "5" } } });
    expect(update("b", "SET n = :v", { ":v": { N: "5" } }, { ReturnValues: "ALL_OLD" })).toEqual({});
  });

  it("A key update is rejected before the condition is checked", () => {
    const condition = { ConditionExpression: "attribute_exists(nothing)" };
    expect(catchMessage(() => update("a", "SET sk = :v", { ":v": { S: "a" } }, condition))).toContain(
      "Cannot update attribute sk",
    );
  });
});
