import { randomUUID } from "node:crypto";
import { createClient, type Transport, type WireRequest } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { median, over, quantile, type Section, table } from "./stats.ts";

/**
 * How long a sign-in takes by whose it is: nobody's, of somebody in one tenant or in three, invited, with the right password and
 * with a wrong one. In this process, where no network blurs it, and in turn: each round asks every case once, in another order.
 */
export interface SignInOptions {
  /** Answers of each case. */
  asks: number;
}

const PASSWORD = "Correct-Horse-9000";
const WRONG = "Correct-Horse-9001";
/** Rounds that do not count. */
const WARMING = 5;
/** Rounds for each email: it takes a hundred attempts in a quarter of an hour, and is asked for in several cases of a round. */
const FOR_EACH = 20;
/** How often, in ten tries, one answer's time may tell a refused case from nobody's. */
const TOLD = 0.6;

interface Case {
  who: "nobody" | "in one tenant" | "in three tenants" | "invited to one";
  says: string;
  password: string;
  tenant_slug?: string;
}

const slugs = ["times-a", "times-b", "times-c"] as const;

const nobody: Case = { who: "nobody", says: "a password", password: WRONG };
const nobodyThere: Case = { ...nobody, says: "a password, and a tenant", tenant_slug: slugs[0] };
/** What is compared with nobody's: with nobody's of a tenant, where they say one, which is no secret. */
const refused: readonly Case[] = [
  { who: "invited to one", says: "a password", password: WRONG },
  { who: "in one tenant", says: "a wrong password", password: WRONG },
  { who: "in one tenant", says: "a wrong password, and their tenant", password: WRONG, tenant_slug: slugs[0] },
  { who: "in one tenant", says: "the right password, and another tenant", password: PASSWORD, tenant_slug: slugs[1] },
  { who: "in three tenants", says: "a wrong password", password: WRONG },
  { who: "in three tenants", says: "a wrong password, and one of their tenants", password: WRONG, tenant_slug: slugs[0] },
];
const taken: readonly Case[] = [
  { who: "in one tenant", says: "the right password", password: PASSWORD },
  { who: "in three tenants", says: "the right password, and one of their tenants", password: PASSWORD, tenant_slug: slugs[0] },
];

const cases = [nobody, nobodyThere, ...refused, ...taken];

export async function benchSignIn({ asks }: SignInOptions): Promise<Section[]> {
  // What follows from a sign-in that goes through must not slow the next one.
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const emails = Array.from({ length: Math.ceil((WARMING + asks) / FOR_EACH) }, (_, n) => n);
    await people(app, emails);
    const took = new Map(cases.map((each) => [each, [] as number[]]));
    for (let round = 0; round < WARMING + asks; round++) {
      for (const each of shuffled(cases)) {
        const ms = await ask(app, each, round % emails.length);
        if (round >= WARMING) took.get(each)?.push(ms);
      }
    }
    return [report(asks, (each) => took.get(each) ?? [])];
  } finally {
    await app.stop();
  }
}

const emailOf = (who: Case["who"], n: number): string => `${who.replaceAll(" ", ".")}.${n}@mail.example`;

async function people(app: App, emails: readonly number[]): Promise<void> {
  for (const [at, tenant_slug] of slugs.entries()) {
    const about = { tenant_name: `Times ${at}`, tenant_slug, first_name: "Ada", last_name: "Admin" };
    const signup = { ...about, email: `admin@${tenant_slug}.example`, password: PASSWORD };
    const { data } = await createClient(from(app)).signup(signup);
    const admin = createClient(from(app, data.access_token));
    await admin.updateTenant({ settings: { rate_limit_per_minute: 100_000 } });
    for (const n of emails) {
      const add = (who: Case["who"], password?: string) =>
        admin.createUser({ email: emailOf(who, n), first_name: "Uma", last_name: "User", role: "USER", password } as never);
      await add("in three tenants", PASSWORD);
      if (at === 0) {
        await add("in one tenant", PASSWORD);
        await add("invited to one");
      }
    }
  }
}

/** From another address each time, which has failed at nothing. */
const from =
  (app: App, token?: string): Transport =>
  async (request) => {
    const answer = await app.handlers[functionFor(request.path)](eventOf(request, token));
    return { status: answer.statusCode ?? 0, headers: {}, body: answer.body ?? "" };
  };

let asked = 0;

function eventOf({ method, path, query, headers, body }: WireRequest, token: string | undefined): APIGatewayProxyEventV2 {
  const sourceIp = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked++ & 255}`;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: "bench" }, requestId: randomUUID() },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

async function ask(app: App, each: Case, n: number): Promise<number> {
  const { who, password, tenant_slug, says } = each;
  const body = JSON.stringify({ email: emailOf(who, n), password, tenant_slug });
  const headers = { "content-type": "application/json" };
  const event = eventOf({ method: "POST", path: "/api/v1/auth/login", query: "", headers, body }, undefined);
  const started = performance.now();
  const { statusCode } = await app.handlers.auth(event);
  const ms = performance.now() - started;
  if (statusCode !== statusOf(each)) throw new Error(`${who} with ${says}: ${statusCode}`);
  return ms;
}

const statusOf = (each: Case): number => (taken.includes(each) ? 200 : 401);

function shuffled<T>(all: readonly T[]): T[] {
  const rest = [...all];
  return all.flatMap(() => rest.splice(Math.floor(Math.random() * rest.length), 1));
}

/** How often a time of one case is the longer of two, one of each: 0.5 tells nothing. */
export function longer(one: readonly number[], other: readonly number[]): number {
  const sorted = [...one.map((ms) => ({ ms, isOne: true })), ...other.map((ms) => ({ ms, isOne: false }))].sort(
    (a, b) => a.ms - b.ms,
  );
  let [below, won] = [0, 0];
  for (const { isOne } of sorted) {
    if (isOne) won += below;
    else below++;
  }
  return won / (one.length * other.length);
}

function report(asks: number, tookBy: (each: Case) => readonly number[]): Section {
  const baseOf = ({ tenant_slug }: Case) => tookBy(tenant_slug === undefined ? nobody : nobodyThere);
  const rows = cases.map((each) => {
    const took = tookBy(each);
    const compared = refused.includes(each) ? [median(took) - median(baseOf(each)), longer(took, baseOf(each))] : ["", ""];
    return [
      `${each.who}, with ${each.says}`,
      statusOf(each),
      quantile(took, 0.05),
      quantile(took, 0.5),
      quantile(took, 0.95),
      ...compared,
    ];
  });
  const [odd, even] = [1, 0].map((rest) => tookBy(nobody).filter((_, at) => at % 2 === rest)) as [number[], number[]];
  const text = [
    `${asks} answers of each. Of nobody's own answers, every other one beside the rest, the medians differ by`,
    `${Math.abs(median(odd) - median(even)).toFixed(2)} ms, and one is the longer in ${longer(odd, even).toFixed(2)} of pairs. By chance, cases that`,
    `are the same lie within 0.5 ± ${(2 * chance(asks)).toFixed(2)}.\n`,
    table(["who", "answer", "p5 ms", "p50 ms", "p95 ms", "median beside nobody's, ms", "longer than nobody's, of pairs"], rows),
  ].join("\n");
  const missed = refused.flatMap((each) => {
    const told = longer(tookBy(each), baseOf(each));
    const beyondChance = Math.max(told, 1 - told) - 2 * chance(asks);
    return over(beyondChance, TOLD, `${each.who}, with ${each.says}, told from nobody by one answer`);
  });
  return { title: "Whose a sign-in is, by its time", text, missed };
}

/** The standard deviation of that share where both cases are the same. */
const chance = (asks: number): number => Math.sqrt((2 * asks + 1) / (12 * asks * asks));
