import { randomUUID } from "node:crypto";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { type Client, createClient, type Transport } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { type App, type AppOptions, startApp } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** The whole system for a test: its own database, the same handlers as deployed, no HTTP in between. */
export const startTestApp = (options: Partial<AppOptions> = {}): Promise<App> =>
  startApp({ data: "memory", logFrom: "error", ...options });

/** Calls the handlers as the gateway would. */
export const inProcess =
  (app: App, token?: string, ip = "127.0.0.1"): Transport =>
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

/** A new tenant, whose rate limit does not get in the way. */
export async function signUp(app: App, settings: Record<string, unknown> = {}): Promise<Tenant> {
  const slug = `t${++tenants}-${randomUUID().slice(0, 8)}`;
  const email = `admin@${slug}.example`;
  const password = `Correct-Horse-${slug}`;
  const names = { tenant_name: `Tenant ${slug}`, first_name: "Ada", last_name: "Admin" };
  const { data } = await createClient(inProcess(app)).signup({ ...names, tenant_slug: slug, email, password });
  const admin = createClient(inProcess(app, data.access_token));
  await admin.updateTenant({ settings: { rate_limit_per_minute: 1_000_000, ...settings } });
  const { access_token: token, refresh_token } = data;
  return { admin, token, refresh_token, id: data.tenant.id, slug, userId: data.user.id, email, password };
}

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

/** A user of the tenant with the role, signed in. */
export async function addUser(app: App, tenant: Tenant, role: string, more: Record<string, unknown> = {}): Promise<TestUser> {
  const email = `user${++users}@${tenant.slug}.example`;
  const { data } = await tenant.admin.createUser({
    email,
    password: PASSWORD,
    role,
    first_name: "Uma",
    last_name: "User",
    ...more,
  } as never);
  const login = await createClient(inProcess(app)).login({ email, password: PASSWORD, tenant_slug: tenant.slug });
  const token = login.data.access_token;
  return { id: data.id, email, token, as: createClient(inProcess(app, token)) };
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
