import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Outbound, WebRequest } from "@crm/core/kernel/ports.ts";
import { QueueWorker } from "@crm/core/messaging/delivery/queue-worker.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { setUpSmsProvider } from "../test/messaging/message/sms-provider-double.ts";
import { newLead, signUp, type Tenant } from "../test/support/app.ts";
import { measureUnits, type RequestUnits } from "../test/support/request-units.ts";
import { createBareClient } from "./bare-client.ts";
import { callApi } from "./server.ts";
import { boundMisses, compare, formatTable, median, type Section } from "./stats.ts";

/**
 * A text message from the API call to its provider, compared with a bare server that stores it, sends it and stores the result. Also one event for
 * ten webhook endpoints, compared with one endpoint.
 */
export interface MessageOptions {
  rounds: number;
  runs: number;
}

/** Maximum time of a message, relative to the bare server, which checks no consent and has no queue, no bus and no tenants. */
const MAX_RATIO = 90;
/** Maximum time until the tenth of ten endpoints is called, relative to a single endpoint. */
const MAX_FAN_OUT_RATIO = 6;
const ENDPOINTS = 10;
/** Messages in one slice of the queue worker. */
const MESSAGES_PER_SLICE = 20;

const settings = { quiet_hours: { from: "00:00", to: "00:00" }, default_country: "US" };
let lastNumber = 0;
const nextNumber = (): string => `+1646${2_000_000 + ++lastNumber}`;

export const benchMessages = async (options: MessageOptions): Promise<Section[]> => [
  await benchToProvider(options),
  await measureMessageUnits(),
  ...(await benchFanOut(options)),
];

async function benchToProvider({ rounds, runs }: MessageOptions): Promise<Section> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  const server = await startServer(app, 0);
  const bare = await startBareServer(app);
  try {
    const tenant = await signUp(app, settings);
    await setUpSmsProvider(app, tenant);
    const handedOver = handoverWatcher(app);
    const post = (url: string, path: string) => async (): Promise<void> => {
      const body = randomUUID();
      const handover = handedOver(body);
      await callApi(url, "POST", path, tenant.token, { channel: "sms", to: nextNumber(), body });
      await handover;
    };
    const [postToServer, postToBareServer] = [post(server.url, "/api/v1/messages"), post(bare.url, "/")];
    const result = await compare(rounds, runs, postToServer, postToBareServer, 5);
    await app.settle();
    const title = "A text message from the call to its provider, compared with a bare server";
    const rows = [["through consent", result.a] as const, ["bare server", result.b] as const, ["ratio", result.ratio] as const];
    return { title, text: formatTable(["", "median ms"], rows), missed: boundMisses(result.ratio, MAX_RATIO, title) };
  } finally {
    bare.close();
    await server.close();
    await app.stop();
  }
}

/** Returns a function that resolves when the provider has received a message with this text. */
function handoverWatcher(app: App): (text: string) => Promise<void> {
  const waiting = new Map<string, () => void>();
  const { web } = app.ports;
  const { send } = web;
  web.send = async (request) => {
    const answer = await send.call(web, request);
    if (request.method === "POST") waiting.get(new URLSearchParams(String(request.body)).get("Body") ?? "")?.();
    return answer;
  };
  return (text) => new Promise((resolve) => waiting.set(text, resolve));
}

/** Starts a server that stores a message, sends it to the same double, and stores the result. */
async function startBareServer(app: App): Promise<{ url: string; close: () => void }> {
  const client = createBareClient(app);
  const double = app.providers.doubles.get("twilio")?.double;
  const { account_sid = "", auth_token = "" } = (await double?.credentials()) ?? {};
  const authorization = `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString("base64")}`;
  const putItem = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: app.ports.database.table, Item }));
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { to, body } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string; body: string };
    const item = { pk: `BENCH#${body}`, sk: "message", to, body };
    await putItem({ ...item, status: "sending" });
    const webRequest = {
      ...{
        method: "POST",
        url: `https://api.twilio.com/2010-04-01/Accounts/${account_sid}/Messages.json`,
        timeoutSeconds: 10,
        maxBytes: 100_000,
      },
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ To: to, From: "+14155550100", Body: body }).toString(),
    };
    const { status } = await app.ports.web.send(webRequest as WebRequest);
    await putItem({ ...item, status: status < 300 ? "sent" : "failed" });
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const formatUnits = ({ read, write, commands }: RequestUnits): (string | number)[] => [read, write, commands];

/** Measures the units of accepting a message and of sending the waiting ones, without the stream and derived data. */
async function measureMessageUnits(): Promise<Section> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const tenant = await signUp(app, settings);
    await setUpSmsProvider(app, tenant);
    const take = async (): Promise<string> =>
      (await tenant.admin.sendMessage({ channel: "sms", to: nextNumber(), body: "Words", purpose: "marketing" })).data.id;
    const turn = (id: string): Promise<void> =>
      runIn(systemContext(app.ports, tenant.id, "bench"), () =>
        QueueWorker.onQueueEvent({ type: "message.created", record_id: id } as DomainEvent),
      );
    // This run caches the number, the queue and the settings.
    await turn(await take());
    const ids: string[] = [];
    const acceptUnits = await measureUnits(meter, async () => ids.push(await take()));
    const singleUnits = await measureUnits(meter, () => turn(ids[0] ?? ""));
    for (let nth = 0; nth < MESSAGES_PER_SLICE; nth++) ids.push(await take());
    const sliceUnits = await measureUnits(meter, () => turn(ids.at(-1) ?? ""));
    const unitsPerMessage = {
      read: sliceUnits.read / MESSAGES_PER_SLICE,
      write: sliceUnits.write / MESSAGES_PER_SLICE,
      commands: sliceUnits.commands / MESSAGES_PER_SLICE,
    };
    return {
      title: "Units of a text message",
      text: formatTable(
        ["", "read units", "write units", "commands"],
        [
          ["accepted, to an unknown number: person, conversation and message", ...formatUnits(acceptUnits)],
          ["sent, alone in a slice of its number", ...formatUnits(singleUnits)],
          [`sent, each of ${MESSAGES_PER_SLICE} in a slice`, ...formatUnits(unitsPerMessage)],
        ],
      ),
      missed: [],
    };
  } finally {
    await app.stop();
  }
}

async function benchFanOut({ rounds, runs }: MessageOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const receivers = new CountingReceivers();
  const app = await startApp({ data: "memory", logFrom: "error", meter, outbound: receivers });
  try {
    const [smallTenant, largeTenant] = [await signUp(app), await signUp(app)];
    const tell = async (tenant: Tenant, endpoints: number): Promise<() => Promise<void>> => {
      for (let nth = 0; nth < endpoints; nth++)
        await tenant.admin.createWebhookEndpoint({
          ...{ url: `https://n${nth}.${tenant.slug}.example.com/crm`, events: ["lead.created"], include_record: true },
        });
      return async () => {
        const { data } = await tenant.admin.createLead(newLead());
        await receivers.waitForAll(data.id, endpoints);
      };
    };
    const [createWithOne, ten] = [await tell(smallTenant, 1), await tell(largeTenant, ENDPOINTS)];
    // This run caches the endpoints in the consumers.
    for (const work of [createWithOne, ten]) await work();
    const result = await compare(rounds, runs, ten, createWithOne, 5);
    const title = `An event from the write to the last of ${ENDPOINTS} endpoints, compared with one`;
    const head = ["", "median ms"];
    const rows = [[`${ENDPOINTS} endpoints`, result.a] as const, ["one", result.b] as const, ["ratio", result.ratio] as const];
    const timed = { title, text: formatTable(head, rows), missed: boundMisses(result.ratio, MAX_FAN_OUT_RATIO, title) };
    return [timed, await measureEndpointUnits(app, meter, [createWithOne, ten])];
  } finally {
    await app.stop();
  }
}

/** Measures a lead with everything derived from it. The difference between ten endpoints and one is the endpoints' cost. */
async function measureEndpointUnits(app: App, meter: Meter, tasks: readonly (() => Promise<void>)[]): Promise<Section> {
  const units: RequestUnits[] = [];
  for (const work of tasks) {
    const runs: RequestUnits[] = [];
    for (let run = 0; run < 5; run++) {
      await app.settle();
      runs.push(
        await measureUnits(meter, async () => {
          await work();
          await app.settle();
        }),
      );
    }
    const computeMedian = (unitKind: keyof RequestUnits): number => median(runs.map((run) => run[unitKind]));
    units.push({ read: computeMedian("read"), write: computeMedian("write"), commands: computeMedian("commands") });
  }
  const [singleUnits, ten] = units as [RequestUnits, RequestUnits];
  const more = (unitKind: keyof RequestUnits): number => (ten[unitKind] - singleUnits[unitKind]) / (ENDPOINTS - 1);
  return {
    title: "Units of a new lead and all its effects",
    text: formatTable(
      ["", "read units", "write units", "commands"],
      [
        ["with one endpoint", ...formatUnits(singleUnits)],
        [`with ${ENDPOINTS}`, ...formatUnits(ten)],
        ["each further endpoint", more("read"), more("write"), more("commands")],
      ],
    ),
    missed: [],
  };
}

/** Accepts every webhook. `waitForAll` resolves once `wanted` endpoints have received the event of a record. */
class CountingReceivers implements Outbound {
  readonly #received = new Map<string, number>();
  readonly #waiting = new Map<string, { wanted: number; resolve: () => void }>();

  findProblem = async (): Promise<undefined> => undefined;
  probe = async () => ({ status: 200 });

  async post({ body }: { body: string | Uint8Array }) {
    const { id } = (JSON.parse(String(body)) as { data: { id: string } }).data;
    this.#received.set(id, (this.#received.get(id) ?? 0) + 1);
    this.#resolveComplete(id);
    return { status: 200, body: Buffer.from("") };
  }

  waitForAll(id: string, expectedCount: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(id, { wanted: expectedCount, resolve });
      this.#resolveComplete(id);
    });
  }

  #resolveComplete(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting && (this.#received.get(id) ?? 0) >= waiting.wanted) waiting.resolve();
  }
}
