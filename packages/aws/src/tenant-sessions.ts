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
  /** Milliseconds since the epoch; infinite while the credentials are being requested. */
  expiresAt: number;
}

/** The maximum that AWS allows if one role assumes another. */
const SESSION_SECONDS = 60 * 60;
/** Maximum sessions that a process keeps, each of a role and a tenant. */
const MAX_SESSIONS = 500;

export interface SessionOptions<C> {
  sts: Client;
  /** Creates a client that signs with these credentials, which expire at `ends` (milliseconds since the epoch). */
  connect(credentials: Credentials, ends: number): C;
  /** Milliseconds before its end at which a session is renewed. */
  renewalMarginMs: number;
}

/**
 * Returns clients whose credentials serve one tenant, by the session tag, with the permissions of a role. The first command of a
 * tenant and a role requests the credentials; a later one renews them before they expire.
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
    const { Credentials: credentials } = (await sts.send(command)) as AssumeRoleCommandOutput;
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration,
    } = credentials ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration) throw new Error(`No credentials for ${RoleArn}`);
    const ends = Expiration.getTime();
    return { client: connect({ accessKeyId, secretAccessKey, sessionToken }, ends), until: ends - early };
  };

  return (RoleArn, tenant) => {
    const key = `${RoleArn} ${tenant}`;
    const cachedSession = sessions.get(key);
    if (cachedSession && cachedSession.expiresAt > Clock.ms()) return cachedSession.client;
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
