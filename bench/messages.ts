import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Outbound, WebRequest } from "@crm/core/kernel/ports.ts";
import { Sending } from "@crm/core/message/sending.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity.ts";
import { serve } from "@crm/local/server.ts";
import { measured, type Units } from "../test/cost.ts";
import { texting } from "../test/message/texting.ts";
import { newLead, signUp, type Tenant } from "../test/support.ts";
import { bareClient } from "./bare.ts";
import { call } from "./server.ts";
import { compare, median, over, type Section, table } from "./stats.ts";

/**
 * A text message from the call to its provider, beside a bare server that writes it down, hands it over and writes down what was said; and one
 * event to ten endpoints of webhooks, beside one to one.
 */
export interface MessageOptions {
  rounds: number;
  runs: number;
}

/** How much longer a message is on its way than by the bare server, which asks nobody for consent and has no queue, no bus and no tenant. */
const BOUND = 90;
/** How much longer the tenth of ten endpoints waits than one alone. */
const FAN_BOUND = 6;
const MANY = 10;
/** Messages in one turn of a queue. */
const TOGETHER = 20;

const settings = { quiet_hours: { from: "00:00", to: "00:00" }, default_country: "US" };
let last = 0;
const freshNumber = (): string => `+1646${2_000_000 + ++last}`;

export const benchMessages = async (options: MessageOptions): Promise<Section[]> => [
  await toProvider(options),
  await unitsOfMessage(),
  ...(await fanOut(options)),
];

async function toProvider({ rounds, runs }: MessageOptions): Promise<Section> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  const server = await serve(app, 0);
  const bare = await bareServer(app);
  try {
    const tenant = await signUp(app, settings);
    await texting(app, tenant);
    const handedOver = handing(app);
    const post = (url: string, path: string) => async (): Promise<void> => {
      const body = randomUUID();
      const there = handedOver(body);
      await call(url, "POST", path, tenant.token, { channel: "sms", to: freshNumber(), body });
      await there;
    };
    const [ours, beside] = [post(server.url, "/api/v1/messages"), post(bare.url, "/")];
    const result = await compare(rounds, runs, ours, beside, 5);
    await app.settle();
    const title = "A text message from the call to its provider, beside a bare server";
    const rows = [["through consent", result.a] as const, ["bare server", result.b] as const, ["ratio", result.ratio] as const];
    return { title, text: table(["", "median ms"], rows), missed: over(result.ratio, BOUND, title) };
  } finally {
    bare.close();
    await server.close();
    await app.stop();
  }
}

/** Says, of a text, when its provider has it. */
function handing(app: App): (text: string) => Promise<void> {
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

/** Writes a message, hands it to the same double, and writes what that said. */
async function bareServer(app: App): Promise<{ url: string; close: () => void }> {
  const client = bareClient(app);
  const double = app.providers.doubles.get("twilio")?.double;
  const { account_sid = "", auth_token = "" } = (await double?.account()) ?? {};
  const authorization = `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString("base64")}`;
  const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: app.ports.database.table, Item }));
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { to, body } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string; body: string };
    const item = { pk: `BENCH#${body}`, sk: "message", to, body };
    await put({ ...item, status: "sending" });
    const asked = {
      ...{
        method: "POST",
        url: `https://api.twilio.com/2010-04-01/Accounts/${account_sid}/Messages.json`,
        seconds: 10,
        most: 100_000,
      },
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ To: to, From: "+14155550100", Body: body }).toString(),
    };
    const { status } = await app.ports.web.send(asked as WebRequest);
    await put({ ...item, status: status < 300 ? "sent" : "failed" });
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const shownOf = ({ read, write, commands }: Units): (string | number)[] => [read, write, commands];

/** Without the stream and what follows from it: what it costs to take a message, and to send those that wait. */
async function unitsOfMessage(): Promise<Section> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const tenant = await signUp(app, settings);
    await texting(app, tenant);
    const take = async (): Promise<string> =>
      (await tenant.admin.sendMessage({ channel: "sms", to: freshNumber(), body: "Words", purpose: "marketing" } as never)).data
        .id;
    const turn = (id: string): Promise<void> =>
      runIn(systemContext(app.ports, tenant.id, "bench"), () =>
        Sending.hear({ type: "message.created", record_id: id } as DomainEvent),
      );
    // Its number, queue and settings are known from here on.
    await turn(await take());
    const ids: string[] = [];
    const taken = await measured(meter, async () => ids.push(await take()));
    const one = await measured(meter, () => turn(ids[0] ?? ""));
    for (let nth = 0; nth < TOGETHER; nth++) ids.push(await take());
    const many = await measured(meter, () => turn(ids.at(-1) ?? ""));
    const each = { read: many.read / TOGETHER, write: many.write / TOGETHER, commands: many.commands / TOGETHER };
    return {
      title: "Units of a text message",
      text: table(
        ["", "read units", "write units", "commands"],
        [
          ["taken, to a number that nobody knew: person, conversation and message", ...shownOf(taken)],
          ["sent, alone in a turn of its number", ...shownOf(one)],
          [`sent, each of ${TOGETHER} in a turn`, ...shownOf(each)],
        ],
      ),
      missed: [],
    };
  } finally {
    await app.stop();
  }
}

async function fanOut({ rounds, runs }: MessageOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const receivers = new Counting();
  const app = await startApp({ data: "memory", logFrom: "error", meter, outbound: receivers });
  try {
    const [few, many] = [await signUp(app), await signUp(app)];
    const tell = async (tenant: Tenant, endpoints: number): Promise<() => Promise<void>> => {
      for (let nth = 0; nth < endpoints; nth++)
        await tenant.admin.createWebhookEndpoint({
          ...{ url: `https://n${nth}.${tenant.slug}.example.com/crm`, events: ["lead.created"], include_record: true },
        } as never);
      return async () => {
        const { data } = await tenant.admin.createLead(newLead());
        await receivers.all(data.id, endpoints);
      };
    };
    const [one, ten] = [await tell(few, 1), await tell(many, MANY)];
    // What consumers know of endpoints is known from here on.
    for (const work of [one, ten]) await work();
    const result = await compare(rounds, runs, ten, one, 5);
    const title = `An event from the write to the last of ${MANY} endpoints, beside one`;
    const head = ["", "median ms"];
    const rows = [[`${MANY} endpoints`, result.a] as const, ["one", result.b] as const, ["ratio", result.ratio] as const];
    const timed = { title, text: table(head, rows), missed: over(result.ratio, FAN_BOUND, title) };
    return [timed, await unitsOfEndpoints(app, meter, [one, ten])];
  } finally {
    await app.stop();
  }
}

/** A lead with all that follows from it: what is more with ten endpoints is theirs. */
async function unitsOfEndpoints(app: App, meter: Meter, works: readonly (() => Promise<void>)[]): Promise<Section> {
  const units: Units[] = [];
  for (const work of works) {
    const runs: Units[] = [];
    for (let run = 0; run < 5; run++) {
      await app.settle();
      runs.push(
        await measured(meter, async () => {
          await work();
          await app.settle();
        }),
      );
    }
    const of = (what: keyof Units): number => median(runs.map((each) => each[what]));
    units.push({ read: of("read"), write: of("write"), commands: of("commands") });
  }
  const [one, ten] = units as [Units, Units];
  const more = (what: keyof Units): number => (ten[what] - one[what]) / (MANY - 1);
  return {
    title: "Units of a new lead and all that follows from it",
    text: table(
      ["", "read units", "write units", "commands"],
      [
        ["with one endpoint", ...shownOf(one)],
        [`with ${MANY}`, ...shownOf(ten)],
        ["each further endpoint", more("read"), more("write"), more("commands")],
      ],
    ),
    missed: [],
  };
}

/** Receivers that take everything, and say when so many have had what was told of a record. */
class Counting implements Outbound {
  readonly #had = new Map<string, number>();
  readonly #waiting = new Map<string, { wanted: number; resolve: () => void }>();

  wrongWith = async (): Promise<undefined> => undefined;

  async post({ body }: { body: string | Uint8Array }) {
    const { id } = (JSON.parse(String(body)) as { data: { id: string } }).data;
    this.#had.set(id, (this.#had.get(id) ?? 0) + 1);
    this.#look(id);
    return { status: 200, body: Buffer.from("") };
  }

  all(id: string, wanted: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(id, { wanted, resolve });
      this.#look(id);
    });
  }

  #look(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting && (this.#had.get(id) ?? 0) >= waiting.wanted) waiting.resolve();
  }
}
