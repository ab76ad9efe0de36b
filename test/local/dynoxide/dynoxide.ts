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
import { createWireClient, SIGNATURE_HEADERS } from "../../support/wire-client.ts";

/**
 * The DynamoDB-compatible engine dynoxide, an optional development dependency for Linux on x64: tests compare the table engine with it,
 * and `npm run test:all` runs on it.
 */
export interface Dynoxide {
  readonly endpoint: string;
  /** The SQLite file in which it keeps the table. */
  readonly file: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** The path of its program; undefined where it is not installed. */
export function findDynoxide(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`));
    const program = join(folder, "dynoxide");
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Starts it with the product's table; in a folder of its own, unless one is given. */
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

/** A client of it. */
export const createDynamoClient = (endpoint: string, maxAttempts = 3): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts,
    // Without a logger's methods nothing is prepared for it: with the silent one it is, a sixth of a list's time.
    logger: {} as never,
    // Making a true signature is a quarter of a small command's time.
    signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...SIGNATURE_HEADERS } }) as never },
  });

const dynoxideBySource = new WeakMap<StreamSource, Dynoxide>();

/** What an app with its table in dynoxide reads the stream from. */
export function findAppDynoxide({ source }: { source: StreamSource }): Dynoxide {
  const dynoxide = dynoxideBySource.get(source);
  if (!dynoxide) throw new Error("The app has its table elsewhere");
  return dynoxide;
}

/** Its table in place of the table engine's. */
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
        return output as never;
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
 * Its stream, read from its file: through its API a thousand records take 72 ms, from the file 1.3. And without this index, it looks
 * through all stream records at each write.
 */
export function openDynoxideStream({ file }: Pick<Dynoxide, "file">): StreamSource {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA busy_timeout = 4000");
  database.exec(
    "CREATE INDEX IF NOT EXISTS crm_stream_by_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
  );
  // The plus keeps the planner from an index on the table's name, under which all records lie.
  const select = database.prepare(`${SELECT_RECORDS} WHERE id > ? AND +table_name = ? ORDER BY id LIMIT ?`);
  return {
    async read(after, most) {
      return buildPage(select.all(Number(after), TABLE_NAME, most).map(readRecord), after);
    },
    trim: async () => undefined,
    close: () => database.close(),
  };
}
