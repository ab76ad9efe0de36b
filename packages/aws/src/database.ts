import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AssumeRoleCommand, type AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import { accessName, NOBODY, TENANT_TAG } from "./access.ts";
import type { Client } from "./client.ts";

/** The table under the function's own role: for what the system does by itself. */
export const ownDatabase = (table: string, client: Client): Database => ({ table, send: (command) => client.send(command) });

export interface Narrowing {
  table: string;
  /** The role of each combination of keyspaces, by `accessName`. */
  roles: Readonly<Record<string, string>>;
  sts: Client;
  /** A client that signs with these credentials. */
  connect(credentials: Credentials): Client;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

interface Connection {
  client: Promise<Client>;
  /** Milliseconds since the epoch; without end while the credentials are being asked for. */
  until: number;
}

/** The longest that AWS allows where one role takes on another. */
const SECONDS = 60 * 60;
/** Renewed this long before the end, so that no command under way outlives its credentials. */
const EARLY = 5 * 60 * 1000;
/** Tenants of which a process keeps credentials at a time. */
const MOST = 500;

/**
 * The table under credentials that reach no further than the scope: of one tenant, by the session's tag, and of the
 * keyspaces that the operation declares, by the role. What the guard in storage has let through by mistake, AWS refuses.
 * Credentials are asked for once an hour for each tenant and role, by the first command that needs them.
 */
export function narrowedDatabase({ table, roles, sts, connect }: Narrowing): Database {
  const connections = new Map<string, Connection>();

  const assume = async (access: string, tenant: string): Promise<{ client: Client; until: number }> => {
    const RoleArn = roles[access];
    if (!RoleArn) throw new Error(`This function has no role for ${access}`);
    const command = new AssumeRoleCommand({
      RoleArn,
      RoleSessionName: tenant,
      DurationSeconds: SECONDS,
      Tags: [{ Key: TENANT_TAG, Value: tenant }],
    });
    const { Credentials: given } = (await sts.send(command)) as AssumeRoleCommandOutput;
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration } = given ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration) throw new Error(`No credentials for ${access}`);
    return { client: connect({ accessKeyId, secretAccessKey, sessionToken }), until: Expiration.getTime() - EARLY };
  };

  const open = (key: string, access: string, tenant: string): Connection => {
    const assumed = assume(access, tenant);
    const opened: Connection = { client: assumed.then(({ client }) => client), until: Number.POSITIVE_INFINITY };
    assumed.then(
      ({ until }) => {
        opened.until = until;
      },
      () => connections.delete(key),
    );
    return opened;
  };

  const connection = ({ tenant = NOBODY, keyspaces }: Scope): Promise<Client> => {
    const access = accessName(keyspaces);
    const key = `${access} ${tenant}`;
    const kept = connections.get(key);
    if (kept && kept.until > Clock.ms()) return kept.client;
    const opened = open(key, access, tenant);
    connections.delete(key);
    connections.set(key, opened);
    if (connections.size > MOST) connections.delete(connections.keys().next().value as string);
    return opened.client;
  };

  return { table, send: async (command, scope) => (await connection(scope)).send(command) };
}

/** DynamoDB clients that share their sockets: one more costs a sixth of a millisecond, and no handshake. */
export function dynamoClients(): (credentials?: Credentials) => Client {
  const shared = new DynamoDBClient({ requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } });
  return (credentials) => {
    const client = credentials
      ? new DynamoDBClient({ credentials, region: shared.config.region, requestHandler: shared.config.requestHandler })
      : shared;
    return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) as unknown as Client;
  };
}
