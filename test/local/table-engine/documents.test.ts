import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { marshall, type NativeAttributeValue, unmarshall } from "@aws-sdk/util-dynamodb";
import { createRandom } from "@crm/local/seeded-random.ts";
import { tableDefinition } from "@crm/local/table-engine/definition.ts";
import { marshalInput, resolveAction, unmarshalOutput } from "@crm/local/table-engine/documents.ts";
import { TableEngine } from "@crm/local/table-engine/engine.ts";
import { readItem } from "@crm/local/table-engine/item.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { tableDatabase } from "@crm/local/table-engine/table-database.ts";
import { describe, expect, it } from "vitest";
import { Draw } from "./random-draw.ts";
import { drawItem } from "./random-items.ts";

type Values = Record<string, NativeAttributeValue>;

/** The clone has the bytes as the SDK has them, without the engine's class. */
const marshalItem = (Item: Values): unknown => structuredClone(marshalInput({ Item }).Item);
const unmarshalItem = (Item: object): Values => unmarshalOutput({ Item }).Item as Values;

describe("Documents", () => {
  it("are converted like in the SDK", () => {
    const draw = new Draw(createRandom(1));
    const items = draw.times(300, () => readItem(drawItem(draw))).filter((item) => !JSON.stringify(item).includes("__proto__"));
    for (const item of items) {
      const values = unmarshall(structuredClone(item));
      expect(unmarshalItem(item)).toEqual(values);
      expect(marshalItem(values)).toEqual(marshall(values));
    }
    const values = {
      ...{ none: undefined, list: [1, undefined, () => 1], set: new Set(["a", undefined]), map: new Map([["a", { b: 1n }]]) },
      ...{ nothing: null, bytes: new Uint8Array([1]), bare: Object.assign(Object.create(null), { a: 1 }), run: () => 1 },
    };
    expect(marshalItem(values as Values)).toEqual(marshall(values, { removeUndefinedValues: true }));
    for (const invalidValue of [new Set(), Number.NaN, 2 ** 53, new Date(), Symbol("a")]) {
      const attempt = (translate: (values: Values) => unknown) => () => translate({ a: { b: [invalidValue] } });
      expect(attempt(marshall)).toThrow();
      expect(attempt(marshalItem)).toThrow();
    }
  });

  it("keep an attribute named __proto__ at any depth, in both directions", async () => {
    const definition = tableDefinition("crm");
    const storage = new MemoryStorage(definition.indexes, definition.timeToLive);
    const database = tableDatabase(new TableEngine({ definition, storage }));
    const Item = JSON.parse('{"pk":"p","sk":"a","__proto__":{"__proto__":[{"__proto__":"x"}],"b":1}}');
    const scope = { tenant: "1", keyspaces: [] };
    await database.send(new PutCommand({ TableName: "crm", Item }), scope);
    const stored = await database.send(new GetCommand({ TableName: "crm", Key: { pk: "p", sk: "a" } }), scope);
    expect(JSON.stringify((stored as { Item: Values }).Item)).toBe(JSON.stringify(Item));
  });

  it("are copied, including bytes", () => {
    const item = { b: { B: Uint8Array.of(1) }, l: { L: [{ BS: [Uint8Array.of(2)] }] } };
    const values = unmarshalItem(item);
    values.b[0] = 9;
    values.l[0].values().next().value[0] = 9;
    expect(item).toEqual({ b: { B: Uint8Array.of(1) }, l: { L: [{ BS: [Uint8Array.of(2)] }] } });
  });

  it("reject commands that the engine does not support", () => {
    expect(() => resolveAction(new (class CreateTableCommand {})())).toThrow("CreateTableCommand");
  });
});
