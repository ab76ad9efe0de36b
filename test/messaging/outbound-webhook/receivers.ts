import { Clock } from "@crm/core/kernel/clock.ts";
import { NoResponse, type Outbound, type OutboundRequest, type ProbeResult } from "@crm/core/kernel/ports.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { Webhook } from "standardwebhooks";
import { startTestApp } from "../../support/app.ts";

/** A delivery as parsed by the published library of Standard Webhooks. */
export interface ReceivedWebhook {
  id: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  type: string;
  timestamp: string;
  data: { id: string; kind: string; version: number; changed: string[] } & RecordData;
}

/** What an endpoint with `include_record` receives in addition. */
interface RecordData {
  record?: Record<string, unknown> | null;
  record_version?: number | null;
  changes?: Record<string, unknown>;
}

/** A receiver's answer: a status, no answer, or a promise to wait for. */
export type Responder = (request: OutboundRequest) => number | "none" | Promise<number>;

/** Systems of tenants by host; they accept every delivery unless a test sets another answer. */
export class Receivers implements Outbound {
  readonly deliveries = new Map<string, ReceivedWebhook[]>();
  readonly answers = new Map<string, Responder>();

  findProblem = async (): Promise<undefined> => undefined;

  async probe({ url, timeoutSeconds }: Pick<OutboundRequest, "url" | "timeoutSeconds">): Promise<ProbeResult> {
    const answer = await (this.answers.get(new URL(url).host) ?? (() => 200))({
      url,
      timeoutSeconds,
      headers: {},
      body: "",
      maxBytes: 1,
    });
    return answer === "none"
      ? { problem: `${new URL(url).host} did not answer within ${timeoutSeconds} seconds` }
      : { status: answer };
  }

  async post(request: OutboundRequest) {
    const { host } = new URL(request.url);
    const answer = await (this.answers.get(host) ?? (() => 200))(request);
    if (answer === "none") throw new NoResponse(`${host} did not answer within ${request.timeoutSeconds} seconds`);
    if (answer >= 200 && answer < 300) this.deliveriesTo(host).push(this.read(request));
    return { status: answer, body: Buffer.from(`said ${answer}`) };
  }

  deliveriesTo(host: string): ReceivedWebhook[] {
    const all = this.deliveries.get(host) ?? [];
    this.deliveries.set(host, all);
    return all;
  }

  private read({ headers, body }: OutboundRequest): ReceivedWebhook {
    const { type, timestamp, data } = JSON.parse(body) as Pick<ReceivedWebhook, "type" | "timestamp" | "data">;
    return { id: headers["webhook-id"] ?? "", headers, body, type, timestamp, data };
  }
}

export interface WebhookApp {
  app: App;
  receivers: Receivers;
}

export async function startWebhookApp(more: Parameters<typeof startTestApp>[0] = {}): Promise<WebhookApp> {
  const receivers = new Receivers();
  return { app: await startTestApp({ outbound: receivers, ...more }), receivers };
}

let hostCount = 0;

/** Creates an endpoint with a new host. */
export async function createEndpoint(as: Client, more: Record<string, unknown> = {}) {
  const host = `hooks${++hostCount}.example.com`;
  const { data } = await as.createWebhookEndpoint({ url: `https://${host}/crm`, events: ["lead.*"], ...more });
  return { ...data, host };
}

/** Throws unless the secret signed the delivery. The library reads the machine's time, which differs from the test's clock. */
export function verifySignature(webhook: ReceivedWebhook | undefined, secret: string): unknown {
  if (!webhook) throw new Error("No webhook was received");
  const { headers, body } = webhook;
  const real = Date.now;
  Date.now = Clock.ms;
  try {
    return new Webhook(secret).verify(body, { ...headers });
  } finally {
    Date.now = real;
  }
}

export const DAY_MS = 24 * 60 * 60_000;

/** Advances the clock; the sweep runs each minute. */
export async function advanceClock(app: App, ms: number): Promise<void> {
  app.setClock({ advance: ms });
  await app.settle();
}
