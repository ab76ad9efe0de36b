import { AssumeRoleCommand, type AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { TENANT_TAG } from "./access.ts";
import type { Client } from "./client.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

interface Session<C> {
  client: Promise<C>;
  /** Milliseconds since the epoch; without end while the credentials are being asked for. */
  expiresAt: number;
}

/** The longest that AWS allows where one role takes on another. */
const SESSION_SECONDS = 60 * 60;
/** Tenants of which a process keeps credentials at a time. */
const MAX_SESSIONS = 500;

export interface SessionOptions<C> {
  sts: Client;
  /** A client that signs with these credentials, which end then (milliseconds since the epoch). */
  connect(credentials: Credentials, ends: number): C;
  /** Renewed this long before the end, in milliseconds. */
  renewalMarginMs: number;
}

/**
 * Clients under credentials that serve one tenant, by the session's tag, and reach what the role admits for it: asked for once
 * for each tenant and role, by the first command that needs them, and again before they end.
 */
export function tenantSessions<C>({
  sts,
  connect,
  renewalMarginMs: early,
}: SessionOptions<C>): (RoleArn: string, tenant: string) => Promise<C> {
  const sessions = new Map<string, Session<C>>();

  const assume = async (RoleArn: string, tenant: string): Promise<{ client: C; until: number }> => {
    const Tags = [{ Key: TENANT_TAG, Value: tenant }];
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: tenant, DurationSeconds: SESSION_SECONDS, Tags });
    const { Credentials: given } = (await sts.send(command)) as AssumeRoleCommandOutput;
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration } = given ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration) throw new Error(`No credentials for ${RoleArn}`);
    const ends = Expiration.getTime();
    return { client: connect({ accessKeyId, secretAccessKey, sessionToken }, ends), until: ends - early };
  };

  return (RoleArn, tenant) => {
    const key = `${RoleArn} ${tenant}`;
    const kept = sessions.get(key);
    if (kept && kept.expiresAt > Clock.ms()) return kept.client;
    const assumed = assume(RoleArn, tenant);
    const session: Session<C> = { client: assumed.then(({ client }) => client), expiresAt: Number.POSITIVE_INFINITY };
    assumed.then(
      ({ until }) => {
        session.expiresAt = until;
      },
      () => sessions.delete(key),
    );
    sessions.delete(key);
    sessions.set(key, session);
    if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value as string);
    return session.client;
  };
}
