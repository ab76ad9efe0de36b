import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  BatchGetCommand,
  type PutCommand,
  type QueryCommand,
  TransactWriteCommand,
  type UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { run } from "@crm/core/platform/import/worker.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { readImport, sendFile } from "../test/platform/import/support.ts";
import { signUp } from "../test/support/app.ts";
import { type BareClient, createBareClient } from "./bare-client.ts";
import { nodeFlags } from "./server.ts";
import { boundMisses, formatTable, median, type Section } from "./stats.ts";

/** Imports: with a stub table, to measure memory, and compared with a bare client that sends the same commands. */
export interface ImportOptions {
  rounds: number;
  /** Rows of the import with the stub table. */
  many: number;
  /** Rows of one round with the table engine. */
  rows: number;
}

/** Heap limit in MB, which must suffice for an import of any size. Without a limit, V8 uses more and collects later. */
const HEAP_MB = 160;
/** Maximum peak of the process with that heap, in MiB. */
const MAX_PEAK_MIB = 400;
/** Minimum throughput, relative to a bare client that sends the same commands: a command costs the table engine next to nothing. */
const MIN_SHARE = 0.12;

export const buildLeadsCsv = (count: number, mark: string): string =>
  [
    "first_name,last_name,email,company,phone",
    ...Array.from(
      { length: count },
      (_, n) => `First${n},${mark}${n},${mark}${n}@mail.example,Company ${n % 5000},+32 485 ${String(100_000 + (n % 900_000))}`,
    ),
  ].join("\n");

export async function benchImport(options: ImportOptions): Promise<Section[]> {
  return [await benchStub(options.many), await benchEngine(options)];
}

interface StubResult {
  rows: number;
  peak: number;
  /** Milliseconds a row, by tenths of the file. */
  tenths: number[];
}

async function benchStub(rows: number): Promise<Section> {
  const script = fileURLToPath(new URL("./import-stub.ts", import.meta.url));
  // The flags of `npm start`.
  const child = spawn(process.execPath, [...nodeFlags, `--max-old-space-size=${HEAP_MB}`, script, String(rows)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`The stub run ended with ${code}: ${text}`);
  const { peak, tenths } = JSON.parse(text) as StubResult;
  const [first, last] = [median(tenths.slice(1, 4)), median(tenths.slice(-3))];
  const figures = formatTable(
    ["rows", "peak memory, MiB", "ms a row, first tenths", "ms a row, last tenths"],
    [[rows.toLocaleString("en"), peak.toFixed(0), first.toFixed(3), last.toFixed(3)]],
  );
  const misses = [
    ...(peak > MAX_PEAK_MIB ? [`import against a stub store: ${peak.toFixed(0)} MiB, at most ${MAX_PEAK_MIB}`] : []),
    ...boundMisses(last / first, 1.2, "import, the last rows against the first"),
  ];
  return { title: "An import of many rows against a stub store", text: figures, missed: misses };
}

/** A command of an import, which a bare client repeats with the keys of another tenant. */
type SentCommand = TransactWriteCommand | BatchGetCommand | PutCommand | UpdateCommand | QueryCommand;

async function benchEngine({ rounds, rows }: ImportOptions): Promise<Section> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const bare = createBareClient(app);
    const engineRates: number[] = [];
    const bareRates: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { seconds, sent, tenant } = await importLeads(app, rows, `r${round}x`);
      const again = await replayCommands(bare, sent, tenant);
      if (round === 0) continue;
      engineRates.push(rows / seconds);
      bareRates.push(rows / again);
    }
    const share = median(engineRates) / median(bareRates);
    const text = formatTable(
      ["rows", "import, rows/s", "bare client, the same reads and writes, rows/s", "share"],
      [[String(rows), median(engineRates).toFixed(0), median(bareRates).toFixed(0), share.toFixed(2)]],
    );
    const misses = share < MIN_SHARE ? [`import against a bare client: ${share.toFixed(2)}, at least ${MIN_SHARE}`] : [];
    return { title: "An import through the engine, compared with a bare client", text, missed: misses };
  } finally {
    await app.stop();
  }
}

async function importLeads(
  app: App,
  rows: number,
  mark: string,
): Promise<{ seconds: number; sent: SentCommand[]; tenant: string }> {
  const tenant = await signUp(app);
  const { data } = await sendFile(app, tenant.token, "/leads/import", buildLeadsCsv(rows, mark));
  const id = String(data.import_id);
  const sent: SentCommand[] = [];
  const { database } = app.ports;
  const ports = {
    ...app.ports,
    database: {
      table: database.table,
      send: (command: object, scope: never) => {
        sent.push(command as SentCommand);
        return database.send(command, scope);
      },
    },
  };
  const started = performance.now();
  await runIn(systemContext(ports, tenant.id, "import"), () => run(id, 3_600_000));
  const seconds = (performance.now() - started) / 1000;
  const done = await readImport(app, tenant.token, id);
  if (done.created !== rows) throw new Error(`${done.created} of ${rows} rows were created: ${JSON.stringify(done.error)}`);
  return { seconds, sent, tenant: tenant.id };
}

/** Sends the rows' reads and transactions again. Returns the seconds. */
async function replayCommands(bare: BareClient, sent: readonly SentCommand[], tenant: string): Promise<number> {
  const targetTenant = `ten_${tenant.slice(4).split("").reverse().join("")}`;
  const replaceTenant = <T>(input: T): T => JSON.parse(JSON.stringify(input).replaceAll(tenant, targetTenant)) as T;
  const worker = (input: TransactWriteCommand["input"]) =>
    input.TransactItems?.some(({ Update }) => Update?.UpdateExpression === "SET tries = :none");
  const commands = sent.flatMap((command): (TransactWriteCommand | BatchGetCommand)[] => {
    if (command instanceof BatchGetCommand) return [new BatchGetCommand(replaceTenant(command.input))];
    if (!(command instanceof TransactWriteCommand) || !worker(command.input)) return [];
    const input = replaceTenant(command.input);
    input.ClientRequestToken = crypto.randomUUID();
    for (const { Update } of input.TransactItems ?? []) {
      delete Update?.ConditionExpression;
      delete Update?.ExpressionAttributeValues?.[":me"];
    }
    return [new TransactWriteCommand(input)];
  });
  const started = performance.now();
  for (const command of commands) await bare.send(command);
  return (performance.now() - started) / 1000;
}
