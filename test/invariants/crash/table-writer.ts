import { randomInt } from "node:crypto";
import { openTable } from "@crm/local/table/file.ts";

/**
 * A process that a test kills. It moves amounts between accounts in transactions, reads them and their stream meanwhile, and prints what
 * was acknowledged. `node test/invariants/crash/table-writer.ts FOLDER ROUND`.
 */
const [folder = "", round = ""] = process.argv.slice(2);
const TableName = "crm";
const ACCOUNTS = 20;
const table = openTable(folder);

const accountKey = (account: number) => ({
  pk: { S: "T#ten_a#E#bank" },
  sk: { S: `account ${String(account).padStart(2, "0")}` },
});

function moveAmount(n: number): void {
  const [from, to] = [randomInt(ACCOUNTS), randomInt(ACCOUNTS - 1)];
  const targetAccount = to >= from ? to + 1 : to;
  const add = (account: number, amount: number) => ({
    Update: {
      TableName,
      Key: accountKey(account),
      UpdateExpression: "ADD amount :amount SET by_time = :all, id = :id",
      ExpressionAttributeValues: {
        ":amount": { N: String(amount) },
        ":all": { S: "bank" },
        ":id": { S: `${round}-${n}-${account}` },
      },
    },
  });
  const name = `move ${round} ${n}`;
  const receipt = {
    Put: {
      TableName,
      Item: { pk: { S: "T#ten_a#E#receipts" }, sk: { S: name } },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
  table.execute("TransactWriteItems", {
    TransactItems: [add(from, -1), add(targetAccount, 1), receipt],
    ClientRequestToken: name,
  });
  process.stdout.write(`${name}\n`);
}

let position = table.storage.lastSequence();

function readTable(): void {
  const values = { ":pk": { S: "T#ten_a#E#bank" } };
  table.execute("Query", { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: values });
  position = table.records(position, 100).at(-1)?.sequence ?? position;
}

function runTransactions(n: number): void {
  moveAmount(n);
  readTable();
  setImmediate(runTransactions, n + 1);
}

runTransactions(0);
