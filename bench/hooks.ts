import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { type App, startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { buildStandardSecret, signStandard } from "../test/messaging/inbound-webhook/provider-requests.ts";
import { recordPublishedEvents, signUp } from "../test/support/app.ts";
import { createBareClient } from "./bare-client.ts";
import { boundMisses, compare, formatTable, median, type Section } from "./stats.ts";

/**
 * Inbound webhooks, from arrival to response, compared with a bare server that checks the same signature and stores the body; and from arrival to
 * effect.
 */
export interface HookOptions {
  rounds: number;
  runs: number;
}

/** Maximum response time, relative to the bare server, which ignores no repeats, encrypts nothing and has no tenants. */
const MAX_RATIO = 8;
const SECRET = buildStandardSecret("bench");

export async function benchHooks({ rounds, runs }: HookOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  const server = await startServer(app, 0);
  const bare = await startBareServer(app);
  try {
    const tenant = await signUp(app);
    const { data } = await tenant.admin.createInboundWebhook({ provider: "standard", secret: SECRET });
    let serial = 0;
    const deliver = async (url: string): Promise<void> => {
      const { body, headers } = signStandard(
        SECRET,
        JSON.stringify({ type: "order.paid", data: { id: `o${++serial}`, note: "x".repeat(800) } }),
      );
      const answer = await fetch(url, { method: "POST", headers, body });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status} of ${url}`);
    };
    const url = `${server.url}/hooks/${data.id}`;
    const result = await compare(
      rounds,
      runs,
      () => deliver(url),
      () => deliver(bare.url),
    );
    await app.settle();
    const title = "A webhook from arrival to response, compared with a bare server that checks its signature and stores it";
    const text = formatTable(
      ["", "median ms"],
      [
        ["the door", result.a],
        ["bare server", result.b],
        ["ratio", result.ratio],
      ],
    );
    return [
      { title, text, missed: boundMisses(result.ratio, MAX_RATIO, title) },
      await benchEffect(app, () => deliver(url), runs, result.a),
    ];
  } finally {
    bare.close();
    await server.close();
    await app.stop();
  }
}

/** Times single webhooks, each until the event that reports its processing. */
async function benchEffect(app: App, deliver: () => Promise<void>, runs: number, responseTime: number): Promise<Section> {
  const events = recordPublishedEvents(app);
  const durations: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = events.length;
    const started = performance.now();
    await deliver();
    const isDone = () =>
      events
        .slice(before)
        .some(({ type, changed: changedFields }) => type === "inbound_delivery.updated" && changedFields.includes("settled_at"));
    while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
    durations.push(performance.now() - started);
  }
  const rows = [
    ["until the response", responseTime] as const,
    ["until the event of its effect is published", median(durations)] as const,
  ];
  return {
    title: "A webhook from arrival to effect",
    text: formatTable(["", "median ms"], [...rows, ["ratio", median(durations) / responseTime]]),
    missed: [],
  };
}

async function startBareServer(app: App): Promise<{ url: string; close: () => void }> {
  const client = createBareClient(app);
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const [id, time, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
      String(request.headers[name]),
    );
    const expectedSignature = Buffer.from(
      `v1,${createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64")}`,
    );
    const receivedSignature = Buffer.from(signature ?? "");
    if (expectedSignature.length !== receivedSignature.length || !timingSafeEqual(expectedSignature, receivedSignature))
      return response.writeHead(401).end();
    const Item = { pk: `BENCH#${id}`, sk: "delivery", body: body.toString(), time };
    await client.send(new PutCommand({ TableName: app.ports.database.table, Item }));
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
