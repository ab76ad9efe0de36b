import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { addCapacity, type Meter } from "@crm/local/capacity-meter.ts";
import { readRecord, SELECT_RECORDS } from "@crm/local/store/conversion.ts";
import type { StreamSource } from "@crm/local/stream-consumer.ts";
import type { TableConnection } from "@crm/local/table/connection.ts";
import { ensureTable, isConnectionLost, TABLE_NAME } from "@crm/local/table/dynamodb.ts";
import { buildPage } from "@crm/local/table-engine/table-stream.ts";
import { partOf } from "../../support/part-of.ts";
import { createWireClient, SIGNATURE_HEADERS } from "../../support/wire-client.ts";

/**
 * The DynamoDB-compatible engine dynoxide, an optional development dependency for Linux on x64: tests compare the table engine with it,
 * and `npm run test:all` runs on it.
 */
export interface Dynoxide {
  readonly endpoint: string;
  /** The SQLite file that contains the table. */
  readonly file: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** The path of dynoxide's program; undefined if it is not installed. */
export function findDynoxide(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`));
    const program = join(folder, "dynoxide");
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Starts dynoxide with the product's table, in the given folder or in a new one. */
export async function startDynoxide(folder?: string): Promise<Dynoxide> {
  const program = findDynoxide();
  if (!program) throw new Error(`dynoxide is not installed for ${process.platform} on ${process.arch}`);
  const own = folder ?? mkdtempSync(join(tmpdir(), "crm-dynoxide-"));
  const file = join(own, "table.sqlite");
  const port = await findFreePort();
  const child = spawn(program, ["serve", "--host", HOST, "--port", String(port), "--db-path", file], { stdio: "ignore" });
  const endpoint = `http://${HOST}:${port}`;
  await waitForTable(child, endpoint);
  return {
    endpoint,
    file,
    pid: child.pid,
    stop: async () => {
      await endProcess(child);
      if (folder === undefined) rmSync(own, { recursive: true, force: true });
    },
  };
}

/** A DynamoDB client for dynoxide. */
export const createDynamoClient = (endpoint: string, maxAttempts = 3): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts,
    // An empty logger avoids preparing log entries, which costs a sixth of a list's time even with a silent logger.
    logger: partOf({}),
    // A real signature would take a quarter of a small command's time.
    signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...SIGNATURE_HEADERS } }) },
  });

const dynoxideBySource = new WeakMap<StreamSource, Dynoxide>();

/** The dynoxide instance behind the stream of an app. */
export function findAppDynoxide({ source }: { source: StreamSource }): Dynoxide {
  const dynoxide = dynoxideBySource.get(source);
  if (!dynoxide) throw new Error("The app has no table of its own");
  return dynoxide;
}

/** Connects a table in dynoxide instead of the table engine's. */
export async function connectDynoxide(meter?: Meter): Promise<TableConnection> {
  const dynoxide = await startDynoxide();
  const client = createWireClient(dynoxide.endpoint);
  const source = openDynoxideStream(dynoxide);
  dynoxideBySource.set(source, dynoxide);
  return {
    source,
    database: {
      table: TABLE_NAME,
      async send(command) {
        if (meter) (command as { input: Record<string, unknown> }).input.ReturnConsumedCapacity = "INDEXES";
        const output = await client.send(command);
        if (meter) addCapacity(meter, command, output);
        return output;
      },
    },
    close: async () => {
      client.destroy();
      await dynoxide.stop();
    },
  };
}

const HOST = "127.0.0.1";

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function waitForTable(child: ChildProcess, endpoint: string): Promise<void> {
  const client = createDynamoClient(endpoint, 1);
  try {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`dynoxide ended with ${child.exitCode}`);
      try {
        return await ensureTable(client);
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    client.destroy();
  }
}

const endProcess = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });

/**
 * Reads dynoxide's stream from its file: a thousand records take 1.3 ms, through its API 72 ms. Without the index created here, dynoxide
 * scans all stream records at each write.
 */
export function openDynoxideStream({ file }: Pick<Dynoxide, "file">): StreamSource {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA busy_timeout = 4000");
  database.exec(
    "CREATE INDEX IF NOT EXISTS crm_stream_by_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
  );
  // The plus stops the planner from using an index on the table name, which all records share.
  const select = database.prepare(`${SELECT_RECORDS} WHERE id > ? AND +table_name = ? ORDER BY id LIMIT ?`);
  return {
    async read(after, most) {
      return buildPage(select.all(Number(after), TABLE_NAME, most).map(readRecord), after);
    },
    trim: async () => undefined,
    close: () => database.close(),
  };
}
