import { type ChildProcess, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CreateGlobalSecondaryIndexAction,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { Refusal, type State } from "./state.ts";

/**
 * The embedded DynamoDB-compatible engine, a child process over one SQLite file. It is found, started at an address that nobody
 * guesses, identified (that the address leads to our file and to no other process), restarted when it dies, and ended with the
 * server; one that a killed server left behind is ended before the file is opened again.
 */
export const TABLE = "crm";

export interface Engine {
  readonly endpoint: string;
  /** The file in which the engine keeps the table. */
  readonly file: string;
  readonly pid: number | undefined;
  /** Resolves once the engine answers; rejects when it was stopped, or cannot be started any more. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export const clientFor = (endpoint: string, attempts = 3): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: process.env.AWS_REGION ?? "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: attempts,
    // Without a logger's methods nothing is prepared for it: with the silent one it is, a sixth of a list's time.
    logger: {} as never,
    // The engine wants to see a signature, whatever it says; making a true one is a quarter of a small command's time.
    signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...SIGNED } }) as never },
  });

const SIGNED = {
  "x-amz-date": "20260101T000000Z",
  authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

export async function startEngine(state: State, log: (message: string) => void): Promise<Engine> {
  const binary = findBinary();
  const file = join(state.folder, "table.sqlite");
  await endOrphan(state);
  let address = await freeAddress();
  let child: ChildProcess | undefined;
  let stopping = false;
  let answers: Promise<void>;

  const launch = async (): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const { host, port } = address;
      child = spawn(binary, ["serve", "--host", host, "--port", String(port), "--db-path", file], { stdio: "ignore" });
      state.set("engine", JSON.stringify({ pid: child.pid, file }));
      const running = child;
      running.once("exit", () => {
        if (stopping || child !== running) return;
        log("the database stopped by itself and is started again");
        answers = relaunch();
        answers.catch(() => undefined);
      });
      if (await answersAsOurs(running, endpointOf(address), file)) return;
      child = undefined;
      running.kill("SIGTERM");
      await ended(running);
      if (stopping) throw new Refusal("The database was stopped while it started.");
      if (attempt === 5)
        throw new Refusal(`The database does not start (${binary}): run it by hand to see why, or set DYNAMODB_ENDPOINT.`);
      address = await freeAddress();
    }
  };
  const relaunch = async (): Promise<void> => {
    await sleep(20);
    await launch();
  };

  answers = launch();
  await answers.catch(async (error) => {
    stopping = true;
    await end(child);
    throw error;
  });
  return {
    get endpoint() {
      return endpointOf(address);
    },
    get pid() {
      return child?.pid;
    },
    file,
    ready: async () => {
      if (stopping) throw new Error("The database has been stopped");
      await answers;
    },
    stop: async () => {
      stopping = true;
      await end(child);
      state.set("engine", "{}");
    },
  };
}

export function findBinary(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@dynoxide/${platform}-${arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const binary = join(folder, "dynoxide");
    if (existsSync(binary)) return binary;
  } catch {
    // Told below, with what to do.
  }
  throw new Refusal(
    `There is no embedded database for this system (${name} is not installed): start any DynamoDB-compatible server and set DYNAMODB_ENDPOINT to its address.`,
  );
}

interface Address {
  host: string;
  port: number;
}

const endpointOf = ({ host, port }: Address): string => `http://${host}:${port}`;

/**
 * The engine asks for no secret, and lets pages of any origin read and write. So it listens where none finds it: of the
 * machine's own addresses, which are all of 127.0.0.0/8 on Linux, and its ports, one in some hundred thousand million.
 */
const hiddenHost = (): string =>
  process.platform === "linux" ? `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}` : "127.0.0.1";

/** A free port of the moment at such an address; the engine says so if somebody was faster, and gets another. */
const freeAddress = (): Promise<Address> =>
  new Promise((resolve, reject) => {
    const host = hiddenHost();
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve({ host, port: typeof address === "object" && address ? address.port : 0 }));
    });
  });

/** Ends the engine that an earlier server of this folder has left running. */
async function endOrphan(state: State): Promise<void> {
  const { pid, file } = JSON.parse(state.get("engine") ?? "{}") as { pid?: number; file?: string };
  if (!pid || !file || servesFile(pid, file) === false) return;
  process.kill(pid, "SIGTERM");
  for (let waited = 0; servesFile(pid, file) !== false; waited += 20) {
    if (waited === 2000) process.kill(pid, "SIGKILL");
    await sleep(20);
  }
}

/**
 * Whether the process is an engine over the file, and not another that got its number since; undefined where it is alive
 * and the system does not tell what it is.
 */
export function servesFile(pid: number, file: string): boolean | undefined {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return command.includes("--db-path") && command.includes(file);
  } catch {
    return false;
  }
}

/** Waits until the engine answers, has the table, and writes into our file. False when it ended instead. */
async function answersAsOurs(child: ChildProcess, endpoint: string, file: string): Promise<boolean> {
  const client = clientFor(endpoint, 1);
  try {
    for (let waited = 0; waited < 10_000; waited += 10) {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      try {
        await ensureTable(client);
        return await writesInto(client, file);
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        await sleep(10);
      }
    }
    child.kill("SIGKILL");
    return false;
  } finally {
    client.destroy();
  }
}

/** The request did not come to an answer: nobody listens, or the process went away. */
export function isConnectionLost(error: unknown): boolean {
  const { code, name, $metadata } = error as { code?: string; name?: string; $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode === undefined && (lost.has(code ?? "") || name === "TimeoutError");
}

const lost = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"]);

/** Whether what is written through the port arrives in our file: no other engine answers there. */
async function writesInto(client: DynamoDBClient, file: string): Promise<boolean> {
  const Item = { pk: systemKey("watermark", "engine"), sk: "identity", token: randomUUID() };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: TABLE, Item }));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    // The engine writes keys with their type before them.
    const row = database.prepare(`SELECT item_json FROM ${TABLE} WHERE pk = ? AND sk = ?`).get(`S:${Item.pk}`, `S:${Item.sk}`);
    return String(row?.item_json).includes(Item.token);
  } finally {
    database.close();
  }
}

/** Creates the table from its one definition where it is not there yet, and adds indexes that a later release brought. */
export async function ensureTable(client: DynamoDBClient, name = TABLE): Promise<void> {
  const present = await describeTable(client, name);
  if (present) {
    const has = new Set(present.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
    for (const index of table.indexes) if (!has.has(index.name)) await addIndex(client, name, index);
    return;
  }
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: table.keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: table.partitionKey, KeyType: "HASH" },
        { AttributeName: table.sortKey, KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: table.indexes.map(indexOf),
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
    }),
  );
}

async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type Index = (typeof table.indexes)[number];

const indexOf = (index: Index): GlobalSecondaryIndex => ({
  IndexName: index.name,
  KeySchema: [
    { AttributeName: index.partitionKey, KeyType: "HASH" },
    { AttributeName: index.sortKey, KeyType: "RANGE" },
  ],
  Projection:
    index.projected.length > 0
      ? { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projected] }
      : { ProjectionType: "KEYS_ONLY" },
});

async function addIndex(client: DynamoDBClient, name: string, index: Index): Promise<void> {
  const AttributeDefinitions = [index.partitionKey, index.sortKey].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  }));
  const Create = indexOf(index) as CreateGlobalSecondaryIndexAction;
  await client.send(new UpdateTableCommand({ TableName: name, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }));
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child) return;
  child.kill("SIGTERM");
  await ended(child);
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => {
        child.once("exit", () => resolve());
        setTimeout(() => child.kill("SIGKILL"), 3000).unref();
      });
