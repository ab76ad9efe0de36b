import { randomUUID } from "node:crypto";
import { BatchWriteCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { type Derivation, OWASP, replaceDerivation } from "@crm/core/auth/derivation.ts";
import { Password } from "@crm/core/auth/password.ts";
import { Session } from "@crm/core/auth/session.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Actor, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Limits } from "@crm/core/kernel/limits.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { dayAfter } from "@crm/core/kernel/zone.ts";
import { Auth } from "@crm/core/sign-in/auth.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { TENANT } from "@crm/core/tenant/tenant.domain.ts";
import { Tenants } from "@crm/core/tenant/tenant.entity.ts";
import { type UserRecord, fields as userFields } from "@crm/core/user/user.entity.ts";
import { User } from "@crm/core/user/user.ts";
import { type Client, createClient, type Transport } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { type App, type AppOptions, startApp } from "@crm/local/app.ts";
import { randomFrom } from "@crm/local/seeded-random.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { seed } from "./chance.ts";
import { connectDynoxide } from "./dynoxide/dynoxide.ts";

/** Passwords cost next to nothing where it is not passwords that are tested. */
export const CHEAP: Derivation = { ...OWASP, cost: { memory: 8, passes: 1, parallelism: 1 } };

/** Of each app, what lets a millisecond pass. */
const ticks = new WeakMap<App["ports"], () => void>();

/**
 * The whole system for a test: its own database, the same handlers as deployed, no HTTP in between. Nothing goes on by
 * itself: stream, bus and schedules move with `settle`, the clock with `setClock`, and by a millisecond with each request and
 * each transaction, so that what comes later is younger.
 */
export async function startTestApp(options: Partial<AppOptions> = {}): Promise<App> {
  replaceDerivation(CHEAP);
  Clock.skipPauses();
  let now = Date.now();
  const order = new CommandOrder(randomFrom(seed));
  const app = await startApp({
    data: "memory",
    order,
    logFrom: "error",
    loops: false,
    time: () => now,
    // The other schedules read every record, as often as a test moves its clock by a day or sets it back: `app.scheduler.run` runs one of them.
    settledSchedules: ["due"],
    connect: process.env.CRM_TABLE_ENGINE === "dynoxide" && options.data === undefined ? connectDynoxide : undefined,
    ...options,
  });
  ticks.set(app.ports, () => now++);
  const { database } = app.ports;
  const send = database.send.bind(database);
  database.send = (command, scope) => {
    if (commits(command)) now++;
    return send(command, scope);
  };
  return app;
}

/** The events that an app publishes from now on. */
export function publishedBy({ ports: { bus } }: App): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const publish = bus.publish.bind(bus);
  bus.publish = (published) => {
    events.push(...published);
    return publish(published);
  };
  return events;
}

/** Of an app, what writing tenants and asking for them needs. */
export type Asked = Pick<App, "ports" | "handlers">;

/** Calls the handlers as the gateway would. */
export const inProcess =
  (app: Asked, token?: string, ip = "127.0.0.1"): Transport =>
  async ({ method, path, query, headers, body }) => {
    const event = {
      version: "2.0",
      routeKey: "$default",
      rawPath: path,
      rawQueryString: query,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp: ip, userAgent: "test" }, requestId: randomUUID() },
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    ticks.get(app.ports)?.();
    const result = await app.handlers[functionFor(path)](event);
    return { status: result.statusCode ?? 0, headers: (result.headers ?? {}) as Record<string, string>, body: result.body ?? "" };
  };

export interface Tenant {
  /** The administrator, who signed up. */
  admin: Client;
  token: string;
  refresh_token: string;
  id: string;
  slug: string;
  userId: string;
  email: string;
  password: string;
}

let tenants = 0;

/** How the id of a request begins that is none: the test itself writes, not a function of the system. */
export const OF_TEST = "test-";

/** Keyspaces that signing up and in touches. */
const DOOR: readonly Keyspace[] = ["slug", "login", "refresh", "tenants", "signing_key"];

/** Runs what writes a tenant's people as the verbs do, but without a request: neither throttled nor counted. */
function writing<T>(app: Asked, tenant: string, actor: Actor | undefined, work: () => Promise<T>): Promise<T> {
  const context = systemContext(app.ports, tenant, "auth", DOOR);
  const request = { id: `${OF_TEST}${randomUUID()}`, ip: "127.0.0.1", user_agent: "test" };
  return runIn({ ...context, request, actor: actor ?? context.actor }, work);
}

/** A new tenant, whose rate limit does not get in the way. */
export async function signUp(app: Asked, settings: Record<string, unknown> = {}): Promise<Tenant> {
  // Of letters: mails leave long numbers out of names.
  const chance = randomUUID()
    .slice(0, 8)
    .replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "");
  const slug = `t${++tenants}-${chance}`;
  const email = `admin@${slug}.example`;
  const password = `Correct-Horse-${slug}`;
  const id = newId(TENANT);
  const { tokens, userId } = await writing(app, id, undefined, async () => {
    const set = Settings.parse({ rate_limit_per_minute: 1_000_000, ...settings });
    const plan = { plan: "FREE", status: "ACTIVE", status_reason: null } as const;
    const tenant = Records.born(
      Tenants,
      { name: `Tenant ${slug}`, slug, ...plan, settings: set, limits: Limits.parse({}) },
      { id },
    );
    const user = newUser({ email, role: "ADMIN", first_name: "Ada", last_name: "Admin" });
    const tx = Auth.addTenant(
      transaction(),
      tenant,
      user,
      await Password.hash(password, { login: email, known: [], around: [] }),
    );
    const opened = await Session.open(tx, user.id);
    await tx.commit(undefined);
    return { tokens: opened, userId: user.id };
  });
  const { access_token: token, refresh_token } = tokens;
  return { admin: createClient(inProcess(app, token)), token, refresh_token, id, slug, userId, email, password };
}

const NewUser = z.strictObject(userFields);

/** A user who has signed in, not yet written. */
const newUser = (input: Record<string, unknown>): UserRecord => ({
  ...User.newUser(NewUser.parse(input), "ACTIVE"),
  last_login_at: Clock.now(),
});

/** A new session of the tenant's administrator: a clock that was moved has ended the first. */
export const signIn = async (app: App, { email, password, slug }: Tenant) =>
  (await createClient(inProcess(app)).login({ email, password, tenant_slug: slug })).data;

export interface TestUser {
  id: string;
  email: string;
  token: string;
  as: Client;
}

let users = 0;
/** Of every user that `addUser` makes. */
export const PASSWORD = "Correct-Horse-9000";

/** A user of the tenant with the role, signed in; made by its administrator. */
export async function addUser(app: Asked, tenant: Tenant, role: string, more: Record<string, unknown> = {}): Promise<TestUser> {
  const email = `user${++users}@${tenant.slug}.example`;
  const admin: Actor = { type: "user", tenant_id: tenant.id, id: tenant.userId, session_id: "", roles: ["ADMIN"] };
  const { id, token } = await writing(app, tenant.id, admin, async () => {
    const user = newUser({ email, role, first_name: "Uma", last_name: "User", ...more });
    const tx = User.add(transaction(), user, await Password.hash(PASSWORD, { login: email, known: [], around: [] }));
    const { access_token } = await Session.open(tx, user.id);
    await tx.commit(undefined);
    User.forget();
    return { id: user.id, token: access_token };
  });
  return { id, email, token, as: createClient(inProcess(app, token)) };
}

/** Whether a command writes records: one that is alone goes without a transaction. */
export const commits = (command: object | undefined): boolean =>
  command instanceof TransactWriteCommand ||
  (command instanceof PutCommand && command.input.Item?.context !== undefined && command.input.Item.version !== undefined);

/** Nothing that names any of this can be written by the stream's consumer over these ports from now on. */
export function poisoned(ports: Ports, isPoison: (written: string) => boolean): Ports {
  const { database } = ports;
  const send = database.send.bind(database);
  database.send = async (command, scope) => {
    if (command instanceof BatchWriteCommand && isPoison(JSON.stringify(command.input))) throw new TypeError("Poison");
    return send(command, scope);
  };
  return ports;
}

/** Resolves once something has come about that does by itself. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** A whole week from the next one on: what is left of this week's hours depends on when a test runs. */
export function comingWeek(): { from: string; to: string } {
  const today = new Date(Clock.ms()).toISOString().slice(0, 10);
  return { from: dayAfter(today, 7), to: dayAfter(today, 13) };
}

let people = 0;

/** A lead that nobody else resembles, unless `more` says so. */
export function newLead(more: Record<string, unknown> = {}) {
  const n = ++people;
  return {
    first_name: `First${n}`,
    last_name: `Last${n}`,
    email: `person${n}@mail.example`,
    company: `Company ${n}`,
    ...more,
  } as {
    first_name: string;
    last_name: string;
  };
}

/** Brings an event to a subscriber, as the bus does. */
export async function deliverTo(app: App, name: string, event: DomainEvent): Promise<void> {
  const subscriber = subscribers.find((each) => each.name === name);
  if (!subscriber) throw new Error(`Nobody listens by the name of ${name}`);
  await (await subscriber.load())(event, app.ports);
}
