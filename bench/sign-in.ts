import { randomUUID } from "node:crypto";
import { createClient, type Transport, type WireRequest } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { boundMisses, formatTable, median, quantile, type Section } from "./stats.ts";

/**
 * Compares the time of sign-ins by account: unknown, in one tenant or in three, or invited, with the right password and with a wrong one. A refusal's
 * time must not reveal whether an account exists. In this process, without a network, and interleaved: each round tries every case once, in a random
 * order.
 */
export interface SignInOptions {
  /** Sign-ins of each case. */
  asks: number;
}

const PASSWORD = "Correct-Horse-9000";
const WRONG_PASSWORD = "Correct-Horse-9001";
/** Rounds that are not counted. */
const WARM_UP_ROUNDS = 5;
/** Rounds for each email address: it may have a hundred attempts in a quarter of an hour, and several cases of a round use it. */
const ROUNDS_PER_EMAIL = 20;
/** Maximum share of pairs in which one case takes longer than the other; 0.5 means that they cannot be told apart. */
const MAX_TOLD_SHARE = 0.6;

interface SignInCase {
  account: "none" | "in one tenant" | "in three tenants" | "invited to one";
  credentials: string;
  password: string;
  tenant_slug?: string;
}

const slugs = ["times-a", "times-b", "times-c"] as const;

const unknownCase: SignInCase = { account: "none", credentials: "a password", password: WRONG_PASSWORD };
const unknownTenantCase: SignInCase = { ...unknownCase, credentials: "a password, and a tenant", tenant_slug: slugs[0] };
/** Cases that are compared with an unknown account: one in the same tenant, if the case names a tenant. */
const refusedCases: readonly SignInCase[] = [
  { account: "invited to one", credentials: "a password", password: WRONG_PASSWORD },
  { account: "in one tenant", credentials: "a wrong password", password: WRONG_PASSWORD },
  {
    account: "in one tenant",
    credentials: "a wrong password, and their tenant",
    password: WRONG_PASSWORD,
    tenant_slug: slugs[0],
  },
  { account: "in one tenant", credentials: "the right password, and another tenant", password: PASSWORD, tenant_slug: slugs[1] },
  { account: "in three tenants", credentials: "a wrong password", password: WRONG_PASSWORD },
  {
    account: "in three tenants",
    credentials: "a wrong password, and one of their tenants",
    password: WRONG_PASSWORD,
    tenant_slug: slugs[0],
  },
];
const acceptedCases: readonly SignInCase[] = [
  { account: "in one tenant", credentials: "the right password", password: PASSWORD },
  {
    account: "in three tenants",
    credentials: "the right password, and one of their tenants",
    password: PASSWORD,
    tenant_slug: slugs[0],
  },
];

const cases = [unknownCase, unknownTenantCase, ...refusedCases, ...acceptedCases];

export async function benchSignIn({ asks }: SignInOptions): Promise<Section[]> {
  // Work derived from a successful sign-in must not slow the next one.
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const emails = Array.from({ length: Math.ceil((WARM_UP_ROUNDS + asks) / ROUNDS_PER_EMAIL) }, (_, n) => n);
    await createUsers(app, emails);
    const durationsByCase = new Map(cases.map((signInCase) => [signInCase, [] as number[]]));
    for (let round = 0; round < WARM_UP_ROUNDS + asks; round++) {
      for (const signInCase of shuffle(cases)) {
        const ms = await timeSignIn(app, signInCase, round % emails.length);
        if (round >= WARM_UP_ROUNDS) durationsByCase.get(signInCase)?.push(ms);
      }
    }
    return [buildReport(asks, (signInCase) => durationsByCase.get(signInCase) ?? [])];
  } finally {
    await app.stop();
  }
}

const buildEmail = (account: SignInCase["account"], n: number): string => `${account.replaceAll(" ", ".")}.${n}@mail.example`;

async function createUsers(app: App, emails: readonly number[]): Promise<void> {
  for (const [index, tenant_slug] of slugs.entries()) {
    const details = { tenant_name: `Times ${index}`, tenant_slug, first_name: "Ada", last_name: "Admin" };
    const signup = { ...details, email: `admin@${tenant_slug}.example`, password: PASSWORD };
    const { data } = await createClient(freshAddressTransport(app)).signup(signup);
    const admin = createClient(freshAddressTransport(app, data.access_token));
    await admin.updateTenant({ settings: { rate_limit_per_minute: 100_000 } });
    for (const n of emails) {
      const add = (account: SignInCase["account"], password?: string) =>
        admin.createUser({
          email: buildEmail(account, n),
          first_name: "Uma",
          last_name: "User",
          role: "USER",
          password,
        });
      await add("in three tenants", PASSWORD);
      if (index === 0) {
        await add("in one tenant", PASSWORD);
        await add("invited to one");
      }
    }
  }
}

/** Uses a new client address for each request, so that no address has failed attempts. */
const freshAddressTransport =
  (app: App, token?: string): Transport =>
  async (request) => {
    const answer = await app.handlers[functionFor(request.path)](buildEvent(request, token));
    return { status: answer.statusCode ?? 0, headers: {}, body: answer.body ?? "" };
  };

let requestCount = 0;

function buildEvent({ method, path, query, headers, body }: WireRequest, token: string | undefined): APIGatewayProxyEventV2 {
  const sourceIp = `10.${requestCount >> 16}.${(requestCount >> 8) & 255}.${requestCount++ & 255}`;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: "bench" }, requestId: randomUUID() },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  } as APIGatewayProxyEventV2;
}

async function timeSignIn(app: App, signInCase: SignInCase, n: number): Promise<number> {
  const { account, password, tenant_slug, credentials } = signInCase;
  const body = JSON.stringify({ email: buildEmail(account, n), password, tenant_slug });
  const headers = { "content-type": "application/json" };
  const event = buildEvent({ method: "POST", path: "/api/v1/auth/login", query: "", headers, body }, undefined);
  const started = performance.now();
  const { statusCode } = await app.handlers.auth(event);
  const ms = performance.now() - started;
  if (statusCode !== expectedStatus(signInCase)) throw new Error(`${account} with ${credentials}: ${statusCode}`);
  return ms;
}

const expectedStatus = (signInCase: SignInCase): number => (acceptedCases.includes(signInCase) ? 200 : 401);

function shuffle<T>(all: readonly T[]): T[] {
  const rest = [...all];
  return all.flatMap(() => rest.splice(Math.floor(Math.random() * rest.length), 1));
}

/** Returns the share of pairs, one of each case, in which the first took longer. 0.5 means that they cannot be told apart. */
export function longerShare(first: readonly number[], second: readonly number[]): number {
  const sorted = [...first.map((ms) => ({ ms, isOne: true })), ...second.map((ms) => ({ ms, isOne: false }))].sort(
    (a, b) => a.ms - b.ms,
  );
  let [below, wins] = [0, 0];
  for (const { isOne } of sorted) {
    if (isOne) wins += below;
    else below++;
  }
  return wins / (first.length * second.length);
}

function buildReport(asks: number, tookBy: (signInCase: SignInCase) => readonly number[]): Section {
  const readBaseline = ({ tenant_slug }: SignInCase) => tookBy(tenant_slug === undefined ? unknownCase : unknownTenantCase);
  const rows = cases.map((signInCase) => {
    const durations = tookBy(signInCase);
    const compared = refusedCases.includes(signInCase)
      ? [median(durations) - median(readBaseline(signInCase)), longerShare(durations, readBaseline(signInCase))]
      : ["", ""];
    return [
      `${signInCase.account}, with ${signInCase.credentials}`,
      expectedStatus(signInCase),
      quantile(durations, 0.05),
      quantile(durations, 0.5),
      quantile(durations, 0.95),
      ...compared,
    ];
  });
  const [odd, even] = [1, 0].map((rest) => tookBy(unknownCase).filter((_, index) => index % 2 === rest)) as [number[], number[]];
  const text = [
    `${asks} responses of each. Between the odd and the even responses for the unknown account, the medians differ by`,
    `${Math.abs(median(odd) - median(even)).toFixed(2)} ms, and one is longer in ${longerShare(odd, even).toFixed(2)} of pairs. By chance, cases that`,
    `are the same lie within 0.5 ± ${(2 * chanceDeviation(asks)).toFixed(2)}.\n`,
    formatTable(
      [
        "who",
        "answer",
        "p5 ms",
        "p50 ms",
        "p95 ms",
        "median minus unknown account's, ms",
        "longer than unknown account's, of pairs",
      ],
      rows,
    ),
  ].join("\n");
  const misses = refusedCases.flatMap((refusedCase) => {
    const share = longerShare(tookBy(refusedCase), readBaseline(refusedCase));
    const beyondChance = Math.max(share, 1 - share) - 2 * chanceDeviation(asks);
    return boundMisses(
      beyondChance,
      MAX_TOLD_SHARE,
      `${refusedCase.account}, with ${refusedCase.credentials}, distinguished from an unknown account by one response`,
    );
  });
  return { title: "Accounts distinguished by the time of a sign-in", text, missed: misses };
}

/** Returns the standard deviation of that share if both cases are the same. */
const chanceDeviation = (asks: number): number => Math.sqrt((2 * asks + 1) / (12 * asks * asks));
