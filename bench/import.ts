import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  BatchGetCommand,
  type PutCommand,
  type QueryCommand,
  TransactWriteCommand,
  type UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { run } from "@crm/core/jobs/import/work.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { read, sendFile } from "../test/import/support.ts";
import { signUp } from "../test/support.ts";
import { type BareClient, bareClient } from "./bare.ts";
import { flags } from "./server.ts";
import { median, over, type Section, table } from "./stats.ts";

/** Imports: against a stub store for memory, and against a bare client that does the same. */
export interface ImportOptions {
  rounds: number;
  /** Rows against the stub store. */
  many: number;
  /** Rows of one round through the engine. */
  rows: number;
}

/** The heap that an import of any size gets by with, in MB: V8 takes more where it may, and collects it later. */
const HEAP_MB = 160;
/** The peak of the process with that heap, in MiB. */
const MAX_PEAK_MIB = 400;
/** Of what a client does that sends the same commands, and does nothing else: a command costs the table engine next to nothing. */
const MIN_SHARE = 0.12;

export const leadsFile = (count: number, mark: string): string =>
  [
    "first_name,last_name,email,company,phone",
    ...Array.from(
      { length: count },
      (_, n) => `First${n},${mark}${n},${mark}${n}@mail.example,Company ${n % 5000},+32 485 ${String(100_000 + (n % 900_000))}`,
    ),
  ].join("\n");

export async function benchImport(options: ImportOptions): Promise<Section[]> {
  return [await throughStub(options.many), await throughEngine(options)];
}

interface Stubbed {
  rows: number;
  peak: number;
  /** Milliseconds a row, by tenths of the file. */
  tenths: number[];
}

async function throughStub(rows: number): Promise<Section> {
  const script = fileURLToPath(new URL("./import-stub.ts", import.meta.url));
  // With the flags of `npm start`.
  const child = spawn(process.execPath, [...flags, `--max-old-space-size=${HEAP_MB}`, script, String(rows)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`The stub run ended with ${code}: ${text}`);
  const { peak, tenths } = JSON.parse(text) as Stubbed;
  const [first, last] = [median(tenths.slice(1, 4)), median(tenths.slice(-3))];
  const figures = table(
    ["rows", "peak memory, MiB", "ms a row, first tenths", "ms a row, last tenths"],
    [[rows.toLocaleString("en"), peak.toFixed(0), first.toFixed(3), last.toFixed(3)]],
  );
  const missed = [
    ...(peak > MAX_PEAK_MIB ? [`import against a stub store: ${peak.toFixed(0)} MiB, at most ${MAX_PEAK_MIB}`] : []),
    ...over(last / first, 1.2, "import, the last rows against the first"),
  ];
  return { title: "An import of many rows against a stub store", text: figures, missed };
}

/** What an import sends to the table, to be sent again by a bare client under the keys of another tenant. */
type Sent = TransactWriteCommand | BatchGetCommand | PutCommand | UpdateCommand | QueryCommand;

async function throughEngine({ rounds, rows }: ImportOptions): Promise<Section> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const bare = bareClient(app);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { seconds, sent, tenant } = await imported(app, rows, `r${round}x`);
      const again = await replayed(bare, sent, tenant);
      if (round === 0) continue;
      ours.push(rows / seconds);
      theirs.push(rows / again);
    }
    const share = median(ours) / median(theirs);
    const text = table(
      ["rows", "import, rows/s", "bare client, the same reads and writes, rows/s", "share"],
      [[String(rows), median(ours).toFixed(0), median(theirs).toFixed(0), share.toFixed(2)]],
    );
    const missed = share < MIN_SHARE ? [`import against a bare client: ${share.toFixed(2)}, at least ${MIN_SHARE}`] : [];
    return { title: "An import through the engine, beside a bare client", text, missed };
  } finally {
    await app.stop();
  }
}

async function imported(app: App, rows: number, mark: string): Promise<{ seconds: number; sent: Sent[]; tenant: string }> {
  const tenant = await signUp(app);
  const { data } = await sendFile(app, tenant.token, "/leads/import", leadsFile(rows, mark));
  const id = String(data.import_id);
  const sent: Sent[] = [];
  const { database } = app.ports;
  const ports = {
    ...app.ports,
    database: {
      table: database.table,
      send: (command: object, scope: never) => {
        sent.push(command as Sent);
        return database.send(command, scope);
      },
    },
  };
  const started = performance.now();
  await runIn(systemContext(ports, tenant.id, "import"), () => run(id, 3_600_000));
  const seconds = (performance.now() - started) / 1000;
  const done = await read(app, tenant.token, id);
  if (done.created !== rows) throw new Error(`${done.created} of ${rows} rows were created: ${JSON.stringify(done.error)}`);
  return { seconds, sent, tenant: tenant.id };
}

/** Sends the reads and transactions of rows, and nothing else, once more; seconds. */
async function replayed(bare: BareClient, sent: readonly Sent[], tenant: string): Promise<number> {
  const other = `ten_${tenant.slice(4).split("").reverse().join("")}`;
  const moved = (input: unknown): never => JSON.parse(JSON.stringify(input).replaceAll(tenant, other)) as never;
  const worker = (input: { TransactItems?: { Update?: { UpdateExpression?: string } }[] }) =>
    input.TransactItems?.some(({ Update }) => Update?.UpdateExpression === "SET tries = :none");
  const commands = sent.flatMap((command): (TransactWriteCommand | BatchGetCommand)[] => {
    if (command instanceof BatchGetCommand) return [new BatchGetCommand(moved(command.input))];
    if (!(command instanceof TransactWriteCommand) || !worker(command.input as never)) return [];
    const input = moved(command.input) as { TransactItems: Record<string, unknown>[]; ClientRequestToken: string };
    input.ClientRequestToken = crypto.randomUUID();
    for (const { Update } of input.TransactItems) if (Update) delete (Update as Record<string, unknown>).ConditionExpression;
    for (const { Update } of input.TransactItems)
      if (Update) delete (Update as { ExpressionAttributeValues: Record<string, unknown> }).ExpressionAttributeValues[":me"];
    return [new TransactWriteCommand(input as never)];
  });
  const started = performance.now();
  for (const command of commands) await bare.send(command as never);
  return (performance.now() - started) / 1000;
}
