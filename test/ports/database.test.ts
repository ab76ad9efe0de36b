import { randomUUID } from "node:crypto";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { accessName, collectAccesses } from "@crm/aws/access.ts";
import type { Client } from "@crm/aws/client.ts";
import { buildFunctionDatabase, buildTenantDatabase } from "@crm/aws/database.ts";
import { type Credentials, createTenantSessions } from "@crm/aws/tenant-sessions.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import { operations, registry } from "@crm/functions/api/index.ts";
import { State } from "@crm/local/store/state.ts";
import type { TableConnection } from "@crm/local/table/connection.ts";
import { TABLE_NAME } from "@crm/local/table/dynamodb.ts";
import { connectTableThread } from "@crm/local/table/thread.ts";
import { tableDatabase } from "@crm/local/table-engine/table-database.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDynamoClient, type Dynoxide, findDynoxide, startDynoxide } from "../local/dynoxide/dynoxide.ts";
import { createMemoryEngine } from "../local/table-engine/memory-engine.ts";
import { createWireClient } from "../support/wire-client.ts";
import { awsError, createFakeClient, type FakeClient } from "./fake-aws-client.ts";

let state: State;
/** Whether dynoxide is installed; the AWS adapters need a server behind their client. */
const hasDynoxide = findDynoxide() !== undefined;
let dynoxide: Dynoxide;
let sdkClient: Client & { destroy(): void };
let rawClient: ReturnType<typeof createWireClient>;
let fileTable: TableConnection;
const memoryDatabase = tableDatabase(createMemoryEngine(TABLE_NAME));

beforeAll(async () => {
  state = new State("memory");
  if (hasDynoxide) await startComparison();
  fileTable = await connectTableThread(state.folder);
});

async function startComparison(): Promise<void> {
  dynoxide = await startDynoxide();
  sdkClient = connectSdkClient() as typeof sdkClient;
  rawClient = createWireClient(dynoxide.endpoint);
}

afterAll(async () => {
  for (const client of [sdkClient, rawClient]) client?.destroy();
  await dynoxide?.stop();
  await fileTable.close();
  state.close();
});
afterEach(() => Clock.set());

const scope: Scope = { tenant: "ten_a", keyspaces: [] };

/** A client of dynoxide, configured like the adapter's DynamoDB client. */
const connectSdkClient = (): Client =>
  DynamoDBDocumentClient.from(createDynamoClient(dynoxide.endpoint), {
    marshallOptions: { removeUndefinedValues: true },
  }) as Client;

const wrapClient = (client: Client): Database => ({ table: TABLE_NAME, send: (command) => client.send(command) });

const HOUR_MS = 60 * 60 * 1000;

/** A fake STS that issues numbered credentials, valid for an hour. */
function createFakeSts(fails: () => boolean = () => false): FakeClient {
  let sessionCount = 0;
  return createFakeClient({
    AssumeRole: () => {
      if (fails()) throw awsError("AccessDenied");
      const [AccessKeyId, SecretAccessKey, SessionToken] = ["id", "secret", String(++sessionCount)];
      return { Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration: new Date(Clock.ms() + HOUR_MS) } };
    },
  });
}

const openSessions = (sts: FakeClient) => createTenantSessions({ sts, log: { write: () => undefined } });

const roles = { tenant: "role/tenant", "tenant+login+slug": "role/sign-in" };

const dynoxideDatabases = (): Record<string, () => Database> => ({
  dynoxide: () => wrapClient(sdkClient),
  "dynoxide, as tests send to it": () => wrapClient(rawClient),
  "DynamoDB, by the function's own role": () => buildFunctionDatabase(TABLE_NAME, connectSdkClient()),
  "DynamoDB, narrowed to the tenant": () =>
    buildTenantDatabase({ table: TABLE_NAME, roles, openSession: openSessions(createFakeSts()), connect: connectSdkClient }),
});

const databases: Record<string, () => Database> = {
  "the table engine, in memory": () => memoryDatabase,
  "the table engine, over a file in a thread": () => fileTable.database,
  ...(hasDynoxide && dynoxideDatabases()),
};

describe.each(Object.keys(databases))("the table on %s", (name) => {
  const database = (): Database => (databases[name] as () => Database)();
  const key = () => ({ pk: `T#ten_a#E#${randomUUID()}`, sk: "x" });
  const TableName = TABLE_NAME;

  it("has a name", () => {
    expect(database().table).toBe(TABLE_NAME);
  });

  it("stores items unchanged, without undefined attributes", async () => {
    const Item = { ...key(), version: 3, on: true, bytes: new Uint8Array([1, 2]), list: [1, "a"], empty: "", gone: undefined };
    await database().send(new PutCommand({ TableName, Item }), scope);
    const output = (await database().send(
      new GetCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk }, ConsistentRead: true }),
      scope,
    )) as {
      Item: Record<string, unknown>;
    };
    const { gone: _gone, ...storedFields } = Item;
    expect({ ...output.Item, bytes: Uint8Array.from(output.Item.bytes as Uint8Array) }).toEqual(storedFields);
    expect("gone" in output.Item).toBe(false);
  });

  it("reports a failed condition by its error name", async () => {
    const putCommand = new PutCommand({ TableName, Item: key(), ConditionExpression: "attribute_exists(pk)" });
    await expect(database().send(putCommand, scope)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  });

  it("reports which action of a transaction was rejected", async () => {
    const Item = key();
    await database().send(new PutCommand({ TableName, Item }), scope);
    const conditionalPut = { TableName, ConditionExpression: "attribute_not_exists(pk)" };
    const command = new TransactWriteCommand({
      TransactItems: [{ Put: { ...conditionalPut, Item: key() } }, { Put: { ...conditionalPut, Item } }],
    });
    await expect(database().send(command, scope)).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }],
    });
  });

  it("increments a number, and returns the result", async () => {
    const update = (): UpdateCommand =>
      new UpdateCommand({
        TableName,
        Key: counter,
        UpdateExpression: "ADD #n :one",
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":one": 1 },
        ReturnValues: "UPDATED_NEW",
      });
    const counter = key();
    await database().send(update(), scope);
    expect(await database().send(update(), scope)).toMatchObject({ Attributes: { n: 2 } });
  });

  it("finds the projected attributes by an index", async () => {
    const partition = `T#ten_a#lead#${randomUUID()}`;
    const Item = { ...key(), id: "led_1", by_owner: partition, row: "{}", doc: "{}" };
    await database().send(new PutCommand({ TableName, Item }), scope);
    const result = (await database().send(
      new QueryCommand({
        TableName,
        IndexName: "by_owner",
        KeyConditionExpression: "by_owner = :pk",
        ExpressionAttributeValues: { ":pk": partition },
      }),
      scope,
    )) as { Items: Record<string, unknown>[] };
    const { doc: _doc, ...projected } = Item;
    expect(result.Items).toEqual([projected]);
  });
});

describe("requests of tests to the engine", () => {
  const TableName = TABLE_NAME;
  const pk = `T#ten_a#E#${randomUUID()}`;
  const [first, second, missingKey] = ["1", "2", "none"].map((sk) => ({ pk, sk })) as [object, object, object];
  const values = {
    n: 1,
    map: { Item: { B: "no bytes" }, list: [true, null] },
    set: new Set(["a", "b"]),
    bytes: new Uint8Array([1, 255]),
  };
  const all = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } };
  const isThere = { ConditionExpression: "attribute_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
  const isNew = { ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;

  /** Commands that get the same answers however often they are sent. */
  const commands: readonly (() => object)[] = [
    () => new PutCommand({ TableName, Item: { ...first, ...values, gone: undefined }, ReturnConsumedCapacity: "INDEXES" }),
    () => new BatchWriteCommand({ RequestItems: { [TABLE_NAME]: [{ PutRequest: { Item: { ...second, ...values } } }] } }),
    () => new BatchWriteCommand({ RequestItems: { [TABLE_NAME]: [{ DeleteRequest: { Key: missingKey } }] } }),
    () => new GetCommand({ TableName, Key: first, ReturnConsumedCapacity: "INDEXES" }),
    () => new GetCommand({ TableName, Key: missingKey }),
    () => new BatchGetCommand({ RequestItems: { [TABLE_NAME]: { Keys: [first, second, missingKey], ConsistentRead: true } } }),
    () =>
      new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: first } }, { Get: { TableName, Key: missingKey } }] }),
    () => new QueryCommand({ TableName, ...all, Limit: 1, ReturnConsumedCapacity: "INDEXES" }),
    () => new QueryCommand({ TableName, ...all, ExclusiveStartKey: first }),
    () => new DeleteCommand({ TableName, Key: missingKey, ReturnValues: "ALL_OLD" }),
    () => new PutCommand({ TableName, Item: first, ...isNew }),
    () => new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: first, ...isNew } }] }),
    () => new TransactWriteCommand({ TransactItems: [{ ConditionCheck: { TableName, Key: first, ...isThere } }] }),
    () => new UpdateCommand({ TableName, Key: first, UpdateExpression: "SET" }),
    () => new GetCommand({ TableName: "nowhere", Key: first }),
  ];

  it.runIf(hasDynoxide)("have the same results as with the SDK's client", async () => {
    const toldBy = async (database: Database): Promise<unknown[]> => {
      const outcomes: unknown[] = [];
      for (const command of commands) {
        const failure = (error: Error) => ({ ...error, name: error.name, message: error.message });
        const outcome = (await database.send(command(), scope).catch(failure)) as Record<string, unknown>;
        const { $metadata, $fault, $response, ...rest } = outcome;
        outcomes.push([rest, "name" in rest && ($metadata as { httpStatusCode: number }).httpStatusCode]);
      }
      return outcomes;
    };
    const expected = await toldBy(wrapClient(sdkClient));
    expect(await toldBy(wrapClient(rawClient))).toEqual(expected);
    // Ignores the message of a ValidationException, which engines word differently, fields that only exist over HTTP, and the engine's class of bytes.
    const withoutWire = (outcomes: unknown[]) =>
      JSON.parse(
        JSON.stringify(structuredClone(outcomes), (_, value) => {
          if (typeof value?.name !== "string" || typeof value.message !== "string") return value;
          const { __type, $retryable, message, ...rest } = value;
          return value.name === "ValidationException" ? rest : { ...rest, message };
        }),
      );
    expect(withoutWire(await toldBy(memoryDatabase))).toEqual(withoutWire(expected));
  });
});

describe("narrowing", () => {
  const command = () => new GetCommand({ TableName: TABLE_NAME, Key: { pk: "T#ten_a#E#x", sk: "x" } });

  /** A database whose clients record the credentials that they were created with. */
  function watched(sts: FakeClient): { database: Database; by: string[] } {
    const sessionTokens: string[] = [];
    const remember = ({ sessionToken }: Credentials): Client => ({
      send: async () => {
        sessionTokens.push(sessionToken);
      },
    });
    const database = buildTenantDatabase({ table: TABLE_NAME, roles, openSession: openSessions(sts), connect: remember });
    return { database, by: sessionTokens };
  }

  it("assumes the role of the scope, with the tenant as session tag", async () => {
    const sts = createFakeSts();
    await watched(sts).database.send(command(), { tenant: "ten_a", keyspaces: ["slug", "login"] });
    expect(sts.commands.map(({ input }) => input)).toEqual([
      {
        RoleArn: "role/sign-in",
        RoleSessionName: "ten_a",
        DurationSeconds: 3600,
        Tags: [{ Key: "tenant", Value: "ten_a" }],
      },
    ]);
  });

  it("uses a tag that no tenant has for a scope without a tenant", async () => {
    const sts = createFakeSts();
    await watched(sts).database.send(command(), { tenant: undefined, keyspaces: ["login", "slug"] });
    expect(sts.commands[0]?.input.Tags).toEqual([{ Key: "tenant", Value: "none" }]);
  });

  it("assumes a role once per tenant, also for concurrent commands, and never shares it", async () => {
    const sts = createFakeSts();
    const { database, by: sessionTokens } = watched(sts);
    await Promise.all([1, 2, 3].map(() => database.send(command(), scope)));
    await database.send(command(), { ...scope, tenant: "ten_b" });
    await database.send(command(), scope);
    expect(sessionTokens).toEqual(["1", "1", "1", "2", "1"]);
    expect(sts.commands.length).toBe(2);
  });

  it("assumes the role again a minute before the credentials expire", async () => {
    const sts = createFakeSts();
    const { database, by: sessionTokens } = watched(sts);
    const start = Date.now();
    for (const minutes of [0, 58, 59]) {
      Clock.set(() => start + minutes * 60_000);
      await database.send(command(), scope);
    }
    expect(sessionTokens).toEqual(["1", "1", "2"]);
  });

  it("assumes the role again after a failure", async () => {
    let down = true;
    const { database, by: sessionTokens } = watched(createFakeSts(() => down));
    await expect(database.send(command(), scope)).rejects.toThrow("AccessDenied");
    down = false;
    await database.send(command(), scope);
    expect(sessionTokens).toEqual(["1"]);
  });

  it("rejects a scope without a role", async () => {
    const { database } = watched(createFakeSts());
    await expect(database.send(command(), { ...scope, keyspaces: ["tenants"] })).rejects.toThrow("no role for tenant+tenants");
  });
});

describe("access", () => {
  it("has one name for any order of its keyspaces", () => {
    expect(accessName([])).toBe("tenant");
    expect(accessName(["slug", "login"])).toBe(accessName(["login", "slug"]));
  });

  it("is what the operations declare, plus the authentication of their callers", () => {
    const leads = collectAccesses(registry.leads);
    expect([...leads.keys()].sort()).toEqual(["tenant", "tenant+api_key+signing_key"]);
    expect(leads.get("tenant+api_key+signing_key")?.writes).toBe(false);
    expect(leads.get("tenant")?.writes).toBe(true);
    expect([...collectAccesses(registry.meta).keys()]).toEqual([]);
    // A caller with a link has no session and acts in the tenant that the link names. The new hash is also stored with the
    // login.
    expect([...collectAccesses(operations.filter(({ name }) => name === "resetPassword")).keys()]).toEqual(["tenant+login"]);
    expect(collectAccesses(registry.auth).get("tenant+signing_key")?.writes).toBe(false);
    for (const { access, keyspaces } of operations) {
      if (access !== "public" || keyspaces.length > 0) expect(collectAccesses(operations).has(accessName(keyspaces))).toBe(true);
    }
  });
});
