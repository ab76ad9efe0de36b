import type { Action, TableEngine } from "@crm/local/table-engine/engine.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryEngine } from "./memory-engine.ts";

/** DynamoDB rules for parameters and the syntax of expressions; each title is AWS's rule in our own words. */

type Parameters = Record<string, unknown>;

let engine: TableEngine;
beforeEach(() => {
  engine = createMemoryEngine("crm");
});

const Key = { pk: { S: "p" }, sk: { S: "a" } };
const execute = (action: Action, input: Parameters): Parameters => engine.execute(action, { TableName: "crm", ...input });
const putItem = (attributes: Parameters = {}) => execute("PutItem", { Item: { ...Key, ...attributes } });
const get = () => execute("GetItem", { Key, ConsistentRead: true }).Item as Parameters;
const catchMessage = (action: Action, input: Parameters): string => {
  try {
    execute(action, input);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};
const update = (UpdateExpression: string, ExpressionAttributeValues?: Parameters) =>
  catchMessage("UpdateItem", { Key, UpdateExpression, ...(ExpressionAttributeValues ? { ExpressionAttributeValues } : {}) });
const query = { KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": { S: "p" } } };

describe("Parameters", () => {
  it("Legacy parameters, unknown actions and unknown tables are rejected", () => {
    expect(catchMessage("PutItem", { Item: Key, Expected: {} })).toContain("Expected is a legacy parameter");
    expect(catchMessage("CreateTable" as Action, {})).toContain("UnknownOperationException");
    expect(catchMessage("GetItem", { TableName: "other", Key })).toContain("ResourceNotFoundException");
    expect(catchMessage("GetItem", {})).toContain("Value null at 'key' failed to satisfy constraint");
  });

  it("Items and values are objects of one known type", () => {
    expect(catchMessage("PutItem", { Item: "text" })).toContain("SerializationException");
    expect(catchMessage("PutItem", { Item: { ...Key, a: "text" } })).toContain("SerializationException");
    expect(catchMessage("PutItem", { Item: { ...Key, a: { S: 1 } } })).toContain("SerializationException");
    expect(catchMessage("PutItem", { Item: { ...Key, a: { S: "\ud800" } } })).toContain("SerializationException");
    expect(catchMessage("PutItem", { Item: { ...Key, a: {} } })).toContain("Supplied AttributeValue is empty");
    expect(catchMessage("PutItem", { Item: { ...Key, a: { S: "a", N: "1" } } })).toContain("more than one datatypes set");
    expect(catchMessage("PutItem", { Item: { ...Key, "": { S: "a" } } })).toContain("Empty attribute name");
    expect(catchMessage("PutItem", { Item: { ...Key, ["a".repeat(65_536)]: { S: "a" } } })).toContain(
      "Attribute name is too large",
    );
    const bytes = Uint8Array.of(1);
    expect(catchMessage("PutItem", { Item: { ...Key, a: { BS: [bytes, bytes] } } })).toContain("of type BS contains duplicates");
  });

  it("Select fits the projection and the index", () => {
    const select = (Select: string, more: Parameters = {}) => catchMessage("Query", { ...query, Select, ...more });
    expect(select("COUNT", { ProjectionExpression: "n" })).toContain("when choosing to get only the Count");
    expect(select("ALL_ATTRIBUTES", { ProjectionExpression: "n" })).toContain("when choosing to get ALL_ATTRIBUTES");
    expect(select("SPECIFIC_ATTRIBUTES")).toContain("Must specify the AttributesToGet or ProjectionExpression");
    expect(select("ALL_PROJECTED_ATTRIBUTES")).toContain("only when Querying using an IndexName");
    expect(select("SPECIFIC_ATTRIBUTES", { ProjectionExpression: "n" })).toBe("no error");
    const scan = (Select: string) => catchMessage("Scan", { IndexName: "due", Select });
    expect(scan("ALL_ATTRIBUTES")).toContain("is not supported for global secondary index due");
    expect(scan("ALL_PROJECTED_ATTRIBUTES")).toBe("no error");
    expect(catchMessage("Scan", { IndexName: "nothing" })).toContain("does not have the specified index");
    expect([catchMessage("Scan", { Limit: 0 }), catchMessage("Query", { ...query, Limit: 0 })]).toEqual([
      expect.stringContaining("Value '0' at 'limit'"),
      expect.stringContaining("Value at 'Limit'"),
    ]);
  });

  it("A filter of a query must not test keys of that query; a filter of a scan may", () => {
    const filter = "attribute_exists(sk)";
    expect(catchMessage("Query", { ...query, FilterExpression: filter })).toContain(
      "non-primary key attributes: Primary key attribute: sk",
    );
    expect(catchMessage("Scan", { FilterExpression: filter })).toBe("no error");
  });

  it("Batches name keys and one action each", () => {
    expect(catchMessage("BatchGetItem", { RequestItems: {} })).toContain("at 'RequestItems' failed");
    expect(catchMessage("BatchGetItem", { RequestItems: { crm: { Keys: [] } } })).toContain("greater than or equal to 1");
    expect(catchMessage("BatchWriteItem", {})).toContain("requestItems parameter is required");
    expect(catchMessage("BatchWriteItem", { RequestItems: { crm: [] } })).toContain("greater than or equal to 1");
    expect(catchMessage("BatchWriteItem", { RequestItems: { crm: [{}] } })).toContain("more than one datatypes set");
    expect(catchMessage("BatchWriteItem", { RequestItems: { other: [{ DeleteRequest: { Key } }] } })).toContain(
      "ResourceNotFound",
    );
    const half = Array.from({ length: 13 }, (_, index) => ({ DeleteRequest: { Key: { ...Key, sk: { S: String(index) } } } }));
    expect(catchMessage("BatchWriteItem", { RequestItems: { crm: half, other: half } })).toContain("Too many items requested");
  });

  it("Transactions have 1 to 100 actions, one in each request, and tokens of 1 to 36 characters", () => {
    const transact = (TransactItems: object[], more: Parameters = {}) =>
      catchMessage("TransactWriteItems", { TransactItems, ...more });
    expect(transact([])).toContain("greater than or equal to 1");
    expect(transact(Array.from({ length: 101 }, () => ({})))).toContain("less than or equal to 100");
    expect(transact([{}])).toContain("TransactWriteRequest should contain");
    const removal = { TableName: "crm", Key };
    expect(transact([{ Delete: removal, Put: { TableName: "crm", Item: Key } }])).toContain("can only contain one of");
    expect(transact([{ Delete: removal }], { ClientRequestToken: "" })).toContain("greater than or equal to 1");
    expect(transact([{ Delete: removal }], { ClientRequestToken: "x".repeat(37) })).toContain("less than or equal to 36");
    expect(transact([{ Delete: removal }], { ClientRequestToken: "x".repeat(36) })).toBe("no error");
    expect(transact([{ Update: removal }])).toContain("Value null at 'transactItems.1.member.update.updateExpression'");
  });
});

describe("The syntax of expressions", () => {
  const holds = (text: string, values: Parameters = {}): boolean =>
    execute("Scan", { FilterExpression: text, ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}) })
      .Count === 1;

  it("Brackets may be around conditions, operands and values, once", () => {
    putItem({ n: { N: "1" }, m: { N: "2" } });
    expect([holds("(n) < (m)"), holds("(n < m) AND NOT (m < n)"), holds("(n) IN (m, n2)")]).toEqual([true, true, false]);
    expect(update("SET n = (n + m), m = m + (n), o = (m)")).toBe("no error");
    expect(get()).toMatchObject({ n: { N: "3" }, m: { N: "3" }, o: { N: "2" } });
    expect(update("SET n = ((m))")).toContain("redundant parentheses");
    expect(catchMessage("Scan", { FilterExpression: "((n)) < m" })).toContain("redundant parentheses");
  });

  it("AND binds more tightly than OR, and NOT more than both", () => {
    putItem({ n: { N: "1" } });
    const [yes, no] = ["attribute_exists(n)", "attribute_exists(m)"];
    expect(holds(`${yes} OR ${no} AND ${no}`)).toBe(true);
    expect(holds(`(${yes} OR ${no}) AND ${no}`)).toBe(false);
    expect(holds(`NOT ${no} OR ${yes} AND ${no}`)).toBe(true);
    expect(holds(`NOT (${no} OR ${yes})`)).toBe(false);
  });

  it("BETWEEN includes its bounds, and IN compares with each of its operands", () => {
    putItem({ n: { N: "1.5" }, b: { B: Uint8Array.of(1, 2) } });
    expect(holds("n BETWEEN :a AND :b", { ":a": { N: "1.5" }, ":b": { N: "2" } })).toBe(true);
    expect(holds("n BETWEEN :a AND :b", { ":a": { N: "1" }, ":b": { N: "1.50" } })).toBe(true);
    expect(holds("n BETWEEN :a AND :b", { ":a": { N: "1.6" }, ":b": { N: "2" } })).toBe(false);
    expect(holds("n IN (:a, :b)", { ":a": { N: "1" }, ":b": { N: "15e-1" } })).toBe(true);
    expect(
      holds("contains(b, :b) AND begins_with(b, :a)", { ":a": { B: Uint8Array.of(1) }, ":b": { B: Uint8Array.of(2) } }),
    ).toBe(true);
  });

  it("Operands with a known wrong type are rejected before the item is read", () => {
    const operand = "Incorrect operand type";
    expect(update("SET l = list_append(l, :v)", { ":v": { N: "1" } })).toContain(
      `${operand} for operator or function; operator or function: list_append`,
    );
    expect(update("SET n = n + :v", { ":v": { S: "1" } })).toContain(operand);
    expect(update("ADD n :v", { ":v": { S: "1" } })).toContain("typeSet: ALLOWED_FOR_ADD_OPERAND");
    expect(update("DELETE n :v", { ":v": { N: "1" } })).toContain("typeSet: ALLOWED_FOR_DELETE_OPERAND");
    expect(update("SET n = size(n)")).toContain("not allowed in an update expression");
    expect(update("SET n = if_not_exists(:v, n)", { ":v": { S: "1" } })).toContain("requires a document path");
    expect(update("SET n[x] = n")).toContain("Syntax error");
    expect(update(`REMOVE l[${2 ** 31}]`)).toContain("List index is not within the allowable range");
  });

  it("Operands with a wrong type in the item are rejected", () => {
    putItem({ n: { N: "1" }, s: { S: "a" }, l: { L: [] }, ss: { SS: ["a"] } });
    const type = "An operand in the update expression has an incorrect data type";
    expect(update("SET n = n + s")).toContain(type);
    expect(update("SET l = list_append(l, s)")).toContain(type);
    expect(update("ADD s :v", { ":v": { N: "1" } })).toContain(type);
    expect(update("DELETE ss :v", { ":v": { NS: ["1"] } })).toContain(type);
    expect(update("SET l.a = :v", { ":v": { N: "1" } })).toContain("document path");
    expect(update("SET s[0] = :v", { ":v": { N: "1" } })).toContain("document path");
    expect(update("REMOVE s.a")).toContain("document path");
    expect(update("SET n = absent")).toContain("refers to an attribute that does not exist");
    expect(update("SET due = n")).toContain("attempted to update the secondary index key to unsupported type");
    expect(update("SET due = if_not_exists(absent, :v)", { ":v": { S: "" } })).toContain("empty string value");
    expect(update("ADD ss :v", { ":v": { SS: ["b"] } })).toBe("no error");
    expect(update("DELETE ss :v, absent :v", { ":v": { SS: ["a", "b"] } })).toBe("no error");
    expect(get()).toEqual({ ...Key, n: { N: "1" }, s: { S: "a" }, l: { L: [] } });
  });

  it("Two paths of an update or projection may neither overlap nor conflict", () => {
    const [overlap, conflict] = ["Two document paths overlap", "Two document paths conflict"];
    expect(
      [update("REMOVE m, m.a"), update("REMOVE m.a, m"), update("REMOVE l[0], l[0]")].map((text) => text.includes(overlap)),
    ).toEqual([true, true, true]);
    expect([update("REMOVE m.a, m[0]"), update("REMOVE l[0], l.a")].map((text) => text.includes(conflict))).toEqual([true, true]);
    const project = (ProjectionExpression: string) => catchMessage("Query", { ...query, ProjectionExpression });
    expect([project("m, m.a"), project("m.a, m.b")]).toEqual([expect.stringContaining(overlap), "no error"]);
  });
});
