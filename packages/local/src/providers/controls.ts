import { randomInt } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { App } from "../app.ts";
import type { Answer } from "../controls.ts";
import { type Act, answers, type Behaviour, type Double, type Kept, newId, type Outgoing, type Waiting } from "./double.ts";

/** The doubles of providers, in a tester's hand: how they answer, what they were asked, what signers do, and what is told of it. */

const wrong = (message: string, status = 400): Answer => ({
  status,
  data: { code: status === 404 ? "NOT_FOUND" : "VALIDATION_ERROR", message, details: [] },
});

type Body = Record<string, unknown>;

/** `/_local/outbox` and `/_local/providers/…`; undefined where it is another control. */
export async function controlProviders(
  app: App,
  key: string,
  path: readonly string[],
  text: string,
): Promise<Answer | undefined> {
  const { doubles, sent } = app.providers;
  if (key === "GET outbox") {
    const kept = [...[...doubles.values()].map((double) => double.kept), sent];
    return { status: 200, data: kept.flatMap((each) => each.all<Outgoing>("outbox")).sort(byTime) };
  }
  if (!key.endsWith(" providers")) return undefined;
  const [name = "", what, id] = path;
  const one = doubles.get(name);
  if (!one) return wrong(`No such provider: ${[...doubles.keys()].join(", ")}`, 404);
  let body: Body;
  try {
    body = JSON.parse(text || "{}") as Body;
  } catch {
    return wrong("The body is not JSON");
  }
  const { double, kept } = one;
  if (key === "GET providers" && what === undefined) return { status: 200, data: await shownOf(double, kept) };
  if (key === "POST providers" && what === undefined) return setBehaviour(double, kept, body);
  if (key === "POST providers" && (what === "envelopes" || what === "messages") && id !== undefined) {
    const { do: act, signer, reason, to, emit } = body;
    const given: Act = {
      do: String(act),
      ...(signer === undefined ? {} : { signer: String(signer) }),
      ...(reason === undefined ? {} : { reason: String(reason) }),
      ...(to === undefined ? {} : { to: String(to) }),
    };
    const done = await double.act(id, given);
    if ("wrong" in done) return wrong(done.wrong, /^No such/.test(done.wrong) ? 404 : 400);
    return { status: 200, data: emit === false ? done.events.map(told) : await emitted(app, kept, {}) };
  }
  if (key === "POST providers" && what === "emit") return { status: 200, data: await emitted(app, kept, body) };
  return undefined;
}

const byTime = (a: Outgoing, b: Outgoing): number => (a.at < b.at ? -1 : 1);
const told = ({ id, envelope_id, event, url }: Waiting) => ({ id, envelope_id, event, url });

async function shownOf(double: Double, kept: Kept): Promise<object> {
  const behaviour = kept.get<Behaviour>("behaviour", "now") ?? { answer: "ok", times: null };
  const account = await double.account();
  return {
    provider: double.provider,
    ...behaviour,
    account,
    envelopes: double.envelopes(),
    waiting: kept.all<Waiting>("waiting").map(told),
  };
}

async function setBehaviour(double: Double, kept: Kept, body: Body): Promise<Answer> {
  const { answer, times, hook, ...rest } = body;
  if (answer !== undefined && !answers.includes(answer as never)) return wrong(`An answer is one of ${answers.join(", ")}`);
  if (times !== undefined && times !== null && !(Number.isInteger(times) && Number(times) > 0))
    return wrong("times is a number of requests");
  const hooked = hookOf(hook);
  if (hooked === undefined && hook !== undefined) return wrong('A hook is {"url", "secrets"}, or null');
  const problem = await double.set({ ...rest, ...(hook === undefined ? {} : { hook: hooked }) });
  if (problem !== undefined) return wrong(problem);
  if (answer !== undefined) kept.put("behaviour", "now", { answer, times: times ?? null });
  return { status: 200, data: await shownOf(double, kept) };
}

function hookOf(given: unknown): object | null | undefined {
  if (given === null) return null;
  const { url, secrets, secret } = (given ?? {}) as { url?: unknown; secrets?: unknown; secret?: unknown };
  if (typeof url !== "string") return undefined;
  const all = Array.isArray(secrets) ? secrets : secret === undefined ? [] : [secret];
  return { url, secrets: all.map(String) };
}

/** Tells what waits: in the order, as often, and as much as is asked for. What is not taken waits on. */
async function emitted(app: App, kept: Kept, { order = "as_is", times = 1, keep = false, most }: Body): Promise<object[]> {
  const waiting = kept.all<Waiting>("waiting");
  const sorted = order === "reversed" ? waiting.toReversed() : order === "shuffled" ? shuffled(waiting) : waiting;
  const results: object[] = [];
  for (const each of sorted.slice(0, Number(most ?? sorted.length))) {
    let status = 0;
    for (let time = 0; time < Math.min(Number(times), 1000); time++) status = await delivered(app, each);
    const isTaken = status >= 200 && status < 300;
    if (isTaken && keep !== true) kept.drop("waiting", each.id);
    results.push({ ...told(each), status });
  }
  return results;
}

function shuffled<T>(all: readonly T[]): T[] {
  const left = [...all];
  return all.map(() => left.splice(randomInt(left.length), 1)[0] as T);
}

/** As the gateway hands it over: the bytes that came, and the headers as they were sent. */
async function delivered(app: App, { url, headers, body }: Waiting): Promise<number> {
  const [path = "", query = ""] = URL.canParse(url) ? [new URL(url).pathname, new URL(url).search.slice(1)] : [url];
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: "127.0.0.1", ...headers },
    requestContext: {
      http: { method: "POST", path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: headers["user-agent"] ?? "" },
      requestId: newId(),
      timeEpoch: Clock.ms(),
    },
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode = 0 } = await app.handlers[functionFor(path)](event);
  return statusCode;
}
