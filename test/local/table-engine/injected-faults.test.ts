import { TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createRandom } from "@crm/local/seeded-random.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import { tableDefinition } from "@crm/local/table-engine/definition.ts";
import { TableEngine } from "@crm/local/table-engine/engine.ts";
import { InjectedFaults } from "@crm/local/table-engine/injected-faults.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { type TableDatabaseOptions, tableDatabase } from "@crm/local/table-engine/table-database.ts";
import { describe, expect, it } from "vitest";

const TableName = "crm";
const scope = { tenant: "ten_a", keyspaces: [] };

function openDatabase(options: TableDatabaseOptions = {}) {
  const definition = tableDefinition(TableName);
  const storage = new MemoryStorage(definition.indexes, definition.timeToLive);
  const database = tableDatabase(new TableEngine({ definition, storage }), options);
  return { storage, send: (command: object) => database.send(command, scope) };
}

const Key = { pk: "T#ten_a#E#a", sk: "a" };
const incrementInput = { TableName, Key, UpdateExpression: "ADD amount :one", ExpressionAttributeValues: { ":one": 1 } };
const transaction = (ClientRequestToken: string) =>
  new TransactWriteCommand({ TransactItems: [{ Update: incrementInput }], ClientRequestToken });
const readAmount = ({ storage }: ReturnType<typeof openDatabase>): unknown => storage.get(Key)?.item.amount;

describe("concurrent transactions in random order", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("do not disturb the repeat of a stored transaction (seed %i)", async (seed) => {
    const table = openDatabase({ order: new CommandOrder(createRandom(seed)) });
    await table.send(transaction("one"));
    const otherRequests = ["two", "three", "four"].map((token) => table.send(transaction(token)).catch(() => undefined));
    await expect(Promise.all(Array.from({ length: 5 }, () => table.send(transaction("one"))))).resolves.toHaveLength(5);
    await Promise.all(otherRequests);
  });
});

describe("Injected faults", () => {
  const always = () => 0;
  const createFaults = (shares: Partial<InjectedFaults["shares"]>): InjectedFaults => {
    const faults = new InjectedFaults(always);
    Object.assign(faults.shares, shares);
    return faults;
  };

  it("include a conflict, which stores nothing", async () => {
    const table = openDatabase({ faults: createFaults({ conflict: 1 }) });
    await expect(table.send(new UpdateCommand(incrementInput))).rejects.toMatchObject({ name: "TransactionConflictException" });
    const CancellationReasons = [{ Code: "TransactionConflict" }];
    await expect(table.send(transaction("one"))).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons,
    });
    expect(readAmount(table)).toBeUndefined();
  });

  it("include a throttled transaction, which stores nothing", async () => {
    const table = openDatabase({ faults: createFaults({ throttling: 1 }) });
    await expect(table.send(transaction("one"))).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(readAmount(table)).toBeUndefined();
  });

  it("include a lost response of a stored transaction, with a repeat free of conflicts", async () => {
    const faults = createFaults({ lostAnswer: 1 });
    const table = openDatabase({ faults });
    await expect(table.send(transaction("one"))).rejects.toMatchObject({ name: "TimeoutError" });
    Object.assign(faults.shares, { lostAnswer: 0, conflict: 1 });
    await table.send(transaction("one"));
    expect(readAmount(table)).toEqual({ N: "1" });
    expect(faults.counts).toEqual({ conflict: 0, throttling: 0, lostAnswer: 1 });
  });
});
