import { randomUUID } from "node:crypto";
import { BatchWriteCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Actor, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Limits } from "@crm/core/kernel/limits.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { Password } from "@crm/core/platform/auth/password.ts";
import { type Derivation, OWASP, replaceDerivation } from "@crm/core/platform/auth/password-derivation.ts";
import { Session } from "@crm/core/platform/auth/session.ts";
import { Auth } from "@crm/core/platform/sign-in/auth.ts";
import { Tenants } from "@crm/core/platform/tenant/tenant.entity.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { type UserRecord, fields as userFields } from "@crm/core/platform/user/user.entity.ts";
import { User } from "@crm/core/platform/user/user.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient, type Transport } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { type App, type AppOptions, startApp } from "@crm/local/app.ts";
import { createRandom } from "@crm/local/seeded-random.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { connectDynoxide } from "../local/dynoxide/dynoxide.ts";
import { requireKnownMessages } from "./known-messages.ts";
import { partOf } from "./part-of.ts";
import { seed } from "./random.ts";

/** Hashing passwords costs almost nothing, except in tests of passwords. */
export const CHEAP_DERIVATION: Derivation = { ...OWASP, cost: { memory: 8, passes: 1, parallelism: 1 } };

/** For each app, a function that advances its clock by a millisecond. */
const clockTicks = new WeakMap<App["ports"], () => void>();

/**
 * The whole system for a test: its own database and the deployed handlers, without HTTP. Nothing runs in the background: `settle` moves the
 * stream, the bus and the schedules, and `setClock` moves the clock. Each request and transaction also advances the clock by a millisecond, so
 * that later records have later times.
 */
export async function startTestApp(options: Partial<AppOptions> = {}): Promise<App> {
  replaceDerivation(CHEAP_DERIVATION);
  Clock.skipPauses();
  let now = Date.now();
  const order = new CommandOrder(createRandom(seed));
  const app = await startApp({
    data: "memory",
    order,
    logFrom: "error",
    runsInBackground: false,
    time: () => now,
    // Other schedules read every record each time a test moves its clock by a day or back; `app.scheduler.run` runs one of them.
    settledSchedules: ["due"],
    connect: process.env.CRM_TABLE_ENGINE === "dynoxide" && options.data === undefined ? connectDynoxide : undefined,
    ...options,
  });
  clockTicks.set(app.ports, () => now++);
  const { database } = app.ports;
  const send = database.send.bind(database);
  database.send = (command, scope) => {
    if (isRecordWrite(command)) now++;
    return send(command, scope);
  };
  return app;
}

/** Records the events that an app publishes from now on. */
export function recordPublishedEvents({ ports: { bus } }: App): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const publish = bus.publish.bind(bus);
  bus.publish = (published) => {
    events.push(...published);
    return publish(published);
  };
  return events;
}

/** The parts of an app that are needed to create tenants and send requests. */
export type AppHandlers = Pick<App, "ports" | "handlers">;

/** Calls the handlers as the gateway does. */
export const inProcessTransport =
  (app: AppHandlers, token?: string, ip = "127.0.0.1"): Transport =>
  async ({ method, path, query, headers, body }) => {
    const event = partOf<APIGatewayProxyEventV2>({
      version: "2.0",
      routeKey: "$default",
      rawPath: path,
      rawQueryString: query,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp: ip, userAgent: "test" }, requestId: randomUUID() },
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
    });
    clockTicks.get(app.ports)?.();
    const result = await app.handlers[functionFor(path)](event);
    if (headers["accept-language"] === undefined) requireKnownMessages(result.body ?? "");
    return { status: result.statusCode ?? 0, headers: (result.headers ?? {}) as Record<string, string>, body: result.body ?? "" };
  };

export interface Tenant {
  /** The administrator, who has signed up. */
  admin: Client;
  token: string;
  refresh_token: string;
  id: string;
  slug: string;
  userId: string;
  email: string;
  password: string;
}

/** Settings with the postal address that marketing mails must state. */
export const postalSettings = { letterhead: { sender: ["Harbour Ltd", "1 Quay Street", "20457 Hamburg"] } };

let tenantCount = 0;

/** Prefix of request ids for writes of the test itself, which no function of the system makes. */
export const TEST_REQUEST_PREFIX = "test-";

/** The keyspaces that sign-up and sign-in access. */
const SIGN_IN_KEYSPACES: readonly Keyspace[] = ["slug", "login", "refresh", "tenants", "signing_key"];

/** Writes users of a tenant as the operations do, but without a request, so that no rate limit applies. */
function runTenantWrite<T>(app: AppHandlers, tenant: string, actor: Actor | undefined, work: () => Promise<T>): Promise<T> {
  const context = systemContext(app.ports, tenant, "auth", SIGN_IN_KEYSPACES);
  const request = { id: `${TEST_REQUEST_PREFIX}${randomUUID()}`, ip: "127.0.0.1", user_agent: "test" };
  return runIn({ ...context, request, actor: actor ?? context.actor }, work);
}

/** Creates a tenant whose rate limit is too high to matter. */
export async function signUp(app: AppHandlers, settings: Record<string, unknown> = {}): Promise<Tenant> {
  // Only letters, because emails omit long numbers from names.
  const chance = randomUUID()
    .slice(0, 8)
    .replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "");
  const slug = `t${++tenantCount}-${chance}`;
  const email = `admin@${slug}.example`;
  const password = `Correct-Horse-${slug}`;
  const id = newId(TENANT);
  const { tokens, userId } = await runTenantWrite(app, id, undefined, async () => {
    // No role below MANAGER sees more than others by default, so that tests of visibility hold for each role.
    const set = Settings.parse({ rate_limit_per_minute: 1_000_000, all_records_roles: [], ...settings });
    const plan = { plan: "FREE", status: "ACTIVE", status_reason: null } as const;
    const tenant = Records.init(
      Tenants,
      { name: `Tenant ${slug}`, slug, ...plan, settings: set, limits: Limits.parse({}) },
      { id },
    );
    const user = buildUserRecord({ email, role: "ADMIN", first_name: "Ada", last_name: "Admin" });
    const tx = Auth.addTenant(
      transaction(),
      tenant,
      user,
      await Password.hash(password, { login: email, personalTexts: [], tenantNames: [] }),
    );
    const opened = await Session.open(tx, user.id);
    await tx.commit(undefined);
    return { tokens: opened, userId: user.id };
  });
  const { access_token: token, refresh_token } = tokens;
  return { admin: createClient(inProcessTransport(app, token)), token, refresh_token, id, slug, userId, email, password };
}

const newUserSchema = z.strictObject(userFields);

/** A record of a user who has signed in, not stored yet. */
const buildUserRecord = (input: Record<string, unknown>): UserRecord => ({
  ...User.buildUser(newUserSchema.parse(input), "ACTIVE"),
  last_login_at: Clock.now(),
});

/** Signs the tenant's administrator in again, because moving the clock ended the session. */
export const signIn = async (app: App, { email, password, slug }: Tenant) =>
  (await createClient(inProcessTransport(app)).login({ email, password, tenant_slug: slug })).data;

export interface TestUser {
  id: string;
  email: string;
  token: string;
  client: Client;
}

let userCount = 0;
/** The password of every user that `addUser` creates. */
export const PASSWORD = "Correct-Horse-9000";

/** Creates a user with the role as the administrator, and signs them in. */
export async function addUser(
  app: AppHandlers,
  tenant: Tenant,
  role: string,
  more: Record<string, unknown> = {},
): Promise<TestUser> {
  const email = `user${++userCount}@${tenant.slug}.example`;
  const admin: Actor = { type: "user", tenant_id: tenant.id, id: tenant.userId, session_id: "ses_test", roles: ["ADMIN"] };
  const { id, token } = await runTenantWrite(app, tenant.id, admin, async () => {
    const user = buildUserRecord({ email, role, first_name: "Uma", last_name: "User", ...more });
    const tx = User.add(transaction(), user, await Password.hash(PASSWORD, { login: email, personalTexts: [], tenantNames: [] }));
    const { access_token } = await Session.open(tx, user.id);
    await tx.commit(undefined);
    User.forget();
    return { id: user.id, token: access_token };
  });
  return { id, email, token, client: createClient(inProcessTransport(app, token)) };
}

/** Whether a command writes records. A single record is written without a transaction. */
export const isRecordWrite = (command: object | undefined): boolean =>
  command instanceof TransactWriteCommand ||
  (command instanceof PutCommand && command.input.Item?.context !== undefined && command.input.Item.version !== undefined);

/** From now on, batch writes through these ports fail if they contain matching text. */
export function poisonBatchWrites(ports: Ports, isPoison: (written: string) => boolean): Ports {
  const { database } = ports;
  const send = database.send.bind(database);
  database.send = async (command, scope) => {
    if (command instanceof BatchWriteCommand && isPoison(JSON.stringify(command.input))) throw new TypeError("Poison");
    return send(command, scope);
  };
  return ports;
}

/** Resolves when a condition is met by other work. */
export async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** The whole next week, because the remaining hours of this week depend on when a test runs. */
export function nextWeek(): { from: string; to: string } {
  const today = new Date(Clock.ms()).toISOString().slice(0, 10);
  return { from: addDays(today, 7), to: addDays(today, 13) };
}

let leadCount = 0;

/** The input of a lead with unique values, unless `more` overrides them. */
export function newLead(more: Record<string, unknown> = {}) {
  const n = ++leadCount;
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

/** Creates a campaign, and returns its id for records that name one. */
export const createCampaign = async (admin: Client, name = "Spring"): Promise<string> =>
  (await admin.createCampaign({ name, type: "EMAIL", start_date: "2026-01-01" })).data.id;

/** Stores values that the API refuses by now, as an earlier release wrote them. */
export const storeFormerValues = <R extends BaseRecord>(
  app: App,
  tenant: Tenant,
  collection: Collection<R>,
  id: string,
  values: Partial<R>,
): Promise<void> =>
  runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const current = await Records.load(collection, id);
    if (!current) throw new Error(`There is no record ${id}`);
    const next = Records.nextVersion(current, { ...current, ...values });
    await transaction().replace(collection, current, next).commit(undefined);
  });

/** Delivers an event to a subscriber, as the bus does. */
export async function deliverToSubscriber(app: App, name: string, event: DomainEvent): Promise<void> {
  const subscriber = subscribers.find((each) => each.name === name);
  if (!subscriber) throw new Error(`There is no subscriber named ${name}`);
  await (await subscriber.load())(event, app.ports);
}
