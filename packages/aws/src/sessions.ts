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
  until: number;
}

/** The longest that AWS allows where one role takes on another. */
const SECONDS = 60 * 60;
/** Tenants of which a process keeps credentials at a time. */
const MOST = 500;

export interface Assuming<C> {
  sts: Client;
  /** A client that signs with these credentials, which end then (milliseconds since the epoch). */
  connect(credentials: Credentials, ends: number): C;
  /** Renewed this long before the end, in milliseconds. */
  early: number;
}

/**
 * Clients under credentials that serve one tenant, by the session's tag, and reach what the role admits for it: asked for once
 * for each tenant and role, by the first command that needs them, and again before they end.
 */
export function tenantSessions<C>({ sts, connect, early }: Assuming<C>): (RoleArn: string, tenant: string) => Promise<C> {
  const sessions = new Map<string, Session<C>>();

  const assume = async (RoleArn: string, tenant: string): Promise<{ client: C; until: number }> => {
    const Tags = [{ Key: TENANT_TAG, Value: tenant }];
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: tenant, DurationSeconds: SECONDS, Tags });
    const { Credentials: given } = (await sts.send(command)) as AssumeRoleCommandOutput;
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration } = given ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration) throw new Error(`No credentials for ${RoleArn}`);
    const ends = Expiration.getTime();
    return { client: connect({ accessKeyId, secretAccessKey, sessionToken }, ends), until: ends - early };
  };

  return (RoleArn, tenant) => {
    const key = `${RoleArn} ${tenant}`;
    const kept = sessions.get(key);
    if (kept && kept.until > Clock.ms()) return kept.client;
    const assumed = assume(RoleArn, tenant);
    const session: Session<C> = { client: assumed.then(({ client }) => client), until: Number.POSITIVE_INFINITY };
    assumed.then(
      ({ until }) => {
        session.until = until;
      },
      () => sessions.delete(key),
    );
    sessions.delete(key);
    sessions.set(key, session);
    if (sessions.size > MOST) sessions.delete(sessions.keys().next().value as string);
    return session.client;
  };
}
