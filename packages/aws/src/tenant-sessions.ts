import { AssumeRoleCommand, type AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Unavailable } from "@crm/core/kernel/error.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { backOff, retry } from "@crm/core/storage/table/database.ts";
import { TENANT_TAG } from "./access.ts";
import type { Client } from "./client.ts";
import { isThrottled } from "./throttling.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Credentials that serve one tenant with the permissions of one role. */
export interface Session {
  credentials: Credentials;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * Returns the session of a role and a tenant, valid for at least `marginMs` more. The first caller requests it, later ones share it,
 * and the first one within the margin requests the next.
 */
export type OpenSession = (role: string, tenant: string, marginMs: number) => Promise<Session>;

export interface SessionOptions {
  sts: Client;
  log: Log;
  /** Waits before the next try of a throttled call. */
  wait?: (attempt: number) => Promise<void>;
  maxSessions?: number;
}

/** The maximum that AWS allows if one role assumes another. */
const SESSION_SECONDS = 60 * 60;
/** Maximum sessions of a process. A session takes 2 KB, so that all take as much memory as 500 clients. */
export const MAX_SESSIONS = 10_000;
/** Maximum clients of a process. A client takes 40 KB, and less than half a millisecond to make again. */
const MAX_CLIENTS = 100;
/**
 * Maximum calls for a session that STS throttles, in about a second. A request that waits holds a process, and Lambda has a maximum of
 * those, too.
 */
export const MAX_CALLS = 7;
/** After this time, clients repeat a request for which there was no session. */
const RETRY_AFTER_SECONDS = 10;

interface CachedSession {
  session: Promise<Session>;
  /** Infinite while the session is being requested. */
  expiresAt: number;
}

/**
 * Creates the sessions of a process. It keeps those that were used last. STS allows some 600 calls a second to an account, so a
 * throttled call is repeated with backoff. If STS refuses it for a second, the request is answered with 503.
 */
export function createTenantSessions({ sts, log, wait = backOff, maxSessions = MAX_SESSIONS }: SessionOptions): OpenSession {
  const sessions = new Map<string, CachedSession>();
  return (role, tenant, marginMs) => {
    const key = `${role} ${tenant}`;
    const present = sessions.get(key);
    const isUsable = present !== undefined && present.expiresAt - marginMs > Clock.ms();
    const cached = isUsable
      ? present
      : { session: assumeRole({ sts, log, wait }, role, tenant), expiresAt: Number.POSITIVE_INFINITY };
    // The order of the map is the order of use.
    sessions.delete(key);
    sessions.set(key, cached);
    if (isUsable) return cached.session;
    cached.session.then(
      ({ expiresAt }) => {
        cached.expiresAt = expiresAt;
      },
      () => {
        if (sessions.get(key) === cached) sessions.delete(key);
      },
    );
    if (sessions.size > maxSessions) sessions.delete(sessions.keys().next().value as string);
    return cached.session;
  };
}

async function assumeRole(
  { sts, log, wait }: Required<Pick<SessionOptions, "sts" | "log" | "wait">>,
  RoleArn: string,
  tenant: string,
): Promise<Session> {
  const Tags = [{ Key: TENANT_TAG, Value: tenant }];
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: tenant, DurationSeconds: SESSION_SECONDS, Tags });
  const output = await sendUnthrottled(() => sts.send(command), { log, wait, fields: { role: RoleArn, tenant } });
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration,
  } = (output as AssumeRoleCommandOutput).Credentials ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration) throw new Error(`No credentials for ${RoleArn}`);
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, expiresAt: Expiration.getTime() };
}

/**
 * Repeats a call that STS throttles, and throws `Unavailable` if it stays throttled. Logs each session whose call was throttled,
 * also one that succeeded later: the metric rises before requests fail.
 */
async function sendUnthrottled(
  send: () => Promise<unknown>,
  { log, wait, fields }: Required<Pick<SessionOptions, "log" | "wait">> & { fields: Record<string, unknown> },
): Promise<unknown> {
  let throttledCalls = 0;
  const logThrottling = (level: "warn" | "error", outcome: "delayed" | "refused"): void => {
    if (throttledCalls === 0) return;
    const figures = { throttled_sessions: 1, throttled_calls: throttledCalls };
    log.write(level, "sessions", { ...fields, failure_stage: "sts", outcome, ...figures }, METRICS);
  };
  const countThrottling = (error: unknown): boolean => {
    if (isThrottled(error)) throttledCalls++;
    return isThrottled(error);
  };
  try {
    const output = await retry(countThrottling, send, { wait, maxAttempts: MAX_CALLS });
    logThrottling("warn", "delayed");
    return output;
  } catch (error) {
    logThrottling("error", "refused");
    throw isThrottled(error) ? new Unavailable(RETRY_AFTER_SECONDS, { cause: error }) : error;
  }
}

/** CloudWatch has the number as `throttled_sessions` in `CRM/sessions`. */
const METRICS = { throttled_sessions: "Count" } as const;

/** Returns a source of clients by session. It keeps the clients of the sessions that were used last. */
export function createSessionClients<C>(connect: (session: Session) => C): (session: Session) => C {
  const clients = new Map<Session, C>();
  return (session) => {
    const client = clients.get(session) ?? connect(session);
    clients.delete(session);
    clients.set(session, client);
    if (clients.size > MAX_CLIENTS) clients.delete(clients.keys().next().value as Session);
    return client;
  };
}
