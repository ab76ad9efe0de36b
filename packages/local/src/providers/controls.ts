import { randomInt } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { App } from "../app.ts";
import type { ControlResponse } from "../server/controls.ts";
import {
  type Act,
  answerModes,
  type Behaviour,
  type OutboxEntry,
  type OutgoingEvent,
  type ProviderDouble,
  type ProviderState,
  randomId,
} from "./double.ts";

/** Controls over the doubles of providers, for testers: how they answer, which requests they got, what signers do, and which events they send. */

const rejection = (message: string, status = 400): ControlResponse => ({
  status,
  data: { code: status === 404 ? "NOT_FOUND" : "VALIDATION_ERROR", message, details: [] },
});

type ControlBody = Record<string, unknown>;

/** Answers `/_local/outbox` and `/_local/providers/…`. Returns undefined for another control. */
export async function runProviderControl(
  app: App,
  key: string,
  path: readonly string[],
  text: string,
): Promise<ControlResponse | undefined> {
  const { doubles, sentWebhooks } = app.providers;
  if (key === "GET outbox") {
    const providerStates = [...[...doubles.values()].map((double) => double.providerState), sentWebhooks];
    return { status: 200, data: providerStates.flatMap((each) => each.list<OutboxEntry>("outbox")).sort(compareTimes) };
  }
  if (!key.endsWith(" providers")) return undefined;
  const [name = "", resource, id] = path;
  const providerEntry = doubles.get(name);
  if (!providerEntry) return rejection(`No such provider; use one of ${[...doubles.keys()].join(", ")}`, 404);
  let body: ControlBody;
  try {
    body = JSON.parse(text || "{}") as ControlBody;
  } catch {
    return rejection("The body must be JSON");
  }
  const { double, providerState } = providerEntry;
  if (key === "GET providers" && resource === undefined)
    return { status: 200, data: await presentProvider(double, providerState) };
  if (key === "POST providers" && resource === undefined) return setBehaviour(double, providerState, body);
  if (key === "POST providers" && ["envelopes", "messages", "payments"].includes(resource ?? "") && id !== undefined) {
    const { do: act, signer, reason, to, emit } = body;
    const requestedAct: Act = {
      do: String(act),
      ...(signer === undefined ? {} : { signer: String(signer) }),
      ...(reason === undefined ? {} : { reason: String(reason) }),
      ...(to === undefined ? {} : { to: String(to) }),
    };
    const done = await double.performAct(id, requestedAct);
    if ("wrong" in done) return rejection(done.wrong, /^No such/.test(done.wrong) ? 404 : 400);
    return { status: 200, data: emit === false ? done.events.map(presentEvent) : await emitEvents(app, providerState, {}) };
  }
  if (key === "POST providers" && resource === "emit") return { status: 200, data: await emitEvents(app, providerState, body) };
  return undefined;
}

const compareTimes = (a: OutboxEntry, b: OutboxEntry): number => (a.at < b.at ? -1 : 1);
const presentEvent = ({ id, envelope_id, event, url }: OutgoingEvent) => ({ id, envelope_id, event, url });

async function presentProvider(double: ProviderDouble, state: ProviderState): Promise<object> {
  const behaviour = state.get<Behaviour>("behaviour", "now") ?? { answer: "ok", times: null };
  const account = await double.credentials();
  return {
    provider: double.provider,
    ...behaviour,
    account,
    envelopes: double.listEnvelopes(),
    waiting: state.list<OutgoingEvent>("waiting").map(presentEvent),
  };
}

async function setBehaviour(double: ProviderDouble, state: ProviderState, body: ControlBody): Promise<ControlResponse> {
  const { answer, times, hook, ...rest } = body;
  if (answer !== undefined && !answerModes.some((mode) => mode === answer))
    return rejection(`answer must be one of ${answerModes.join(", ")}`);
  if (times !== undefined && times !== null && !(Number.isInteger(times) && Number(times) > 0))
    return rejection("times must be a positive number of requests");
  const hooked = parseHook(hook);
  if (hooked === undefined && hook !== undefined) return rejection('hook must be {"url", "secrets"} or null');
  const problem = await double.configure({ ...rest, ...(hook === undefined ? {} : { hook: hooked }) });
  if (problem !== undefined) return rejection(problem);
  if (answer !== undefined) state.put("behaviour", "now", { answer, times: times ?? null });
  return { status: 200, data: await presentProvider(double, state) };
}

function parseHook(input: unknown): object | null | undefined {
  if (input === null) return null;
  const { url, secrets, secret } = (input ?? {}) as { url?: unknown; secrets?: unknown; secret?: unknown };
  if (typeof url !== "string") return undefined;
  const all = Array.isArray(secrets) ? secrets : secret === undefined ? [] : [secret];
  return { url, secrets: all.map(String) };
}

/** Sends the waiting events, in the requested order, number and repetition. An event that is not accepted waits on. */
async function emitEvents(
  app: App,
  state: ProviderState,
  { order = "as_is", times = 1, keep = false, most: limit }: ControlBody,
): Promise<object[]> {
  const waiting = state.list<OutgoingEvent>("waiting");
  const sorted = order === "reversed" ? waiting.toReversed() : order === "shuffled" ? shuffle(waiting) : waiting;
  const results: object[] = [];
  for (const event of sorted.slice(0, Number(limit ?? sorted.length))) {
    let status = 0;
    for (let time = 0; time < Math.min(Number(times), 1000); time++) status = await deliverEvent(app, event);
    const isTaken = status >= 200 && status < 300;
    if (isTaken && keep !== true) state.remove("waiting", event.id);
    results.push({ ...presentEvent(event), status });
  }
  return results;
}

function shuffle<T>(all: readonly T[]): T[] {
  const remainingItems = [...all];
  return all.map(() => remainingItems.splice(randomInt(remainingItems.length), 1)[0] as T);
}

/** Hands an event to the app as the gateway does, with its exact bytes and headers. Returns the status. */
async function deliverEvent(app: App, { url, headers, body }: OutgoingEvent): Promise<number> {
  const [path = "", query = ""] = URL.canParse(url) ? [new URL(url).pathname, new URL(url).search.slice(1)] : [url];
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: "127.0.0.1", ...headers },
    requestContext: {
      http: { method: "POST", path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: headers["user-agent"] ?? "" },
      requestId: randomId(),
      timeEpoch: Clock.ms(),
    },
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode = 0 } = await app.handlers[functionFor(path)](event);
  return statusCode;
}
