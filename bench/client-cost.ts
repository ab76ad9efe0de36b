import { createHash, createHmac } from "node:crypto";
import { Agent } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Output } from "@crm/local/table-engine/command.ts";
import { marshalInput, resolveAction, unmarshalOutput } from "@crm/local/table-engine/documents.ts";
import { postAction, serializeInput } from "../test/support/wire-client.ts";
import { formatTable, median, type Section } from "./stats.ts";

/**
 * Compares the SDK's document client, as functions on AWS use it, with a client that only translates, signs and sends. Both talk to a server
 * in a thread of its own that answers at once, so the processor time of the main thread is that of the client.
 */
export async function benchClientCost({ rounds, runs }: { rounds: number; runs: number }): Promise<Section[]> {
  const server = await startStub();
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
  const sdk = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const lean = createLeanClient(endpoint, credentials);
  try {
    const rows: (string | number)[][] = [];
    for (const { name, command } of cases()) {
      const [full, small]: [number[], number[]] = [[], []];
      for (let round = 0; round <= rounds; round++) {
        const fullCpu = await measureCpu(runs, () => sdk.send(command() as Parameters<typeof sdk.send>[0]));
        const leanCpu = await measureCpu(runs, () => lean.send(command()));
        if (round > 0) [full.push(fullCpu), small.push(leanCpu)];
      }
      rows.push([name, Math.round(median(full)), Math.round(median(small)), median(small) / median(full)]);
    }
    const text = formatTable(["command", "SDK, µs of processor time", "lean, µs", "ratio"], rows);
    return [{ title: "The SDK's client beside one that only signs and sends", text, missed: [] }];
  } finally {
    lean.destroy();
    client.destroy();
    await server.stop();
  }
}

const item = (index: number) => ({
  pk: `T#tenant_01#E#lead#${index}`,
  sk: `lead_01m87${index}`,
  version: 3,
  life: "live",
  row: JSON.stringify(["Ada", "Lovelace", "ada@mail.example", "+3248500000", "Fjord", index]),
  doc: JSON.stringify({ notes: "Called twice, asked for a quote", tags: ["boat", "oslo"], custom_fields: {} }),
});
const PAGE_ROWS = 50;
const TRANSACTION_ITEMS = 17;

const cases = (): { name: string; command: () => object }[] => [
  {
    name: "get an item",
    command: () => new GetCommand({ TableName: "crm", Key: { pk: "T#tenant_01#E#lead#1", sk: "lead_01m871" } }),
  },
  {
    name: `query a page of ${PAGE_ROWS} rows`,
    command: () =>
      new QueryCommand({
        TableName: "crm",
        IndexName: "by_time",
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": "T#tenant_01#P#lead", ":sk": "live" },
        Limit: PAGE_ROWS,
      }),
  },
  {
    name: `write ${TRANSACTION_ITEMS} items in a transaction`,
    command: () =>
      new TransactWriteCommand({
        TransactItems: Array.from({ length: TRANSACTION_ITEMS }, (_, index) => ({
          Put: { TableName: "crm", Item: item(index), ConditionExpression: "attribute_not_exists(pk)" },
        })),
      }),
  },
];

/** Returns the microseconds of processor time that this thread takes for each run. */
async function measureCpu(runs: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  for (let run = 0; run < runs; run++) await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / runs;
}

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Signs by Signature Version 4. It does not retry, and derives the day's key once. */
function createLeanClient(endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Keys) {
  const agent = new Agent({ keepAlive: true });
  const { host } = new URL(endpoint);
  const derived = new Map<string, Buffer>();
  const dayKey = (day: string): Buffer => {
    const known = derived.get(day);
    if (known) return known;
    const key = ["eu-west-1", "dynamodb", "aws4_request"].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));
    derived.set(day, key);
    return key;
  };
  const sign = (body: string, target: string): Record<string, string> => {
    const at = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const day = at.slice(0, 8);
    const headers = { host, "x-amz-date": at, "x-amz-security-token": sessionToken, "x-amz-target": target };
    const names = Object.keys(headers).join(";");
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const canonical = ["POST", "/", "", lines.join(""), names, sha256(body)].join("\n");
    const scope = `${day}/eu-west-1/dynamodb/aws4_request`;
    const text = ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n");
    const signature = hmac(dayKey(day), text).toString("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...headers, authorization };
  };
  return {
    destroy: () => agent.destroy(),
    async send(command: object): Promise<unknown> {
      const body = serializeInput(marshalInput((command as { input: object }).input));
      const action = resolveAction(command);
      const { text } = await postAction(endpoint, agent, action, body, sign(body, `DynamoDB_20120810.${action}`));
      return unmarshalOutput(JSON.parse(text) as Output);
    },
  };
}

/** Starts a server that answers each action with a fixed text. */
async function startStub(): Promise<{ port: number; stop: () => Promise<unknown> }> {
  const attributes = marshalInput({ Item: item(1) }) as { Item: object };
  const answers = {
    GetItem: JSON.stringify({ Item: attributes.Item }),
    Query: JSON.stringify({ Items: Array.from({ length: PAGE_ROWS }, () => attributes.Item), Count: PAGE_ROWS }),
    TransactWriteItems: "{}",
  };
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
    require("node:http")
      .createServer((asked, answer) => {
        asked.resume().on("end", () => {
          const text = workerData[asked.headers["x-amz-target"].split(".")[1]];
          answer.writeHead(200, { "content-type": "application/x-amz-json-1.0", "content-length": Buffer.byteLength(text) });
          answer.end(text);
        });
      })
      .listen(0, "127.0.0.1", function () { parentPort.postMessage(this.address()); });`,
    { eval: true, workerData: answers },
  );
  const { port } = await new Promise<AddressInfo>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return { port, stop: () => worker.terminate() };
}
