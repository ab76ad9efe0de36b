import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Database } from "@crm/core/kernel/ports.ts";
import { accessName, NO_TENANT } from "./access.ts";
import type { Client } from "./client.ts";
import { type Credentials, createSessionClients, type OpenSession } from "./tenant-sessions.ts";
import { SESSION_MARGIN_MS } from "./timeouts.ts";

/** Returns the table with the function's own role, for work of the system itself. */
export const buildFunctionDatabase = (table: string, client: Client): Database => ({
  table,
  send: (command) => client.send(command),
});

interface TenantDatabaseOptions {
  table: string;
  /** The ARN of the role for each combination of keyspaces, by `accessName`. */
  roles: Readonly<Record<string, string>>;
  openSession: OpenSession;
  /** Creates a client that signs with these credentials. */
  connect(credentials: Credentials): Client;
}

/**
 * Returns the table with credentials limited to the scope: the session tag limits them to one tenant, the role to the keyspaces
 * that the operation declares. AWS refuses a command that the storage guard has let through by mistake.
 */
export function buildTenantDatabase({ table, roles, openSession, connect }: TenantDatabaseOptions): Database {
  const clientFor = createSessionClients(({ credentials }) => connect(credentials));
  return {
    table,
    async send(command, { tenant = NO_TENANT, keyspaces }) {
      const access = accessName(keyspaces);
      const role = roles[access];
      if (!role) throw new Error(`This function has no role for ${access}`);
      return clientFor(await openSession(role, tenant, SESSION_MARGIN_MS)).send(command);
    },
  };
}

/**
 * Returns a factory of DynamoDB clients that share their sockets. Another client costs a sixth of a millisecond and no handshake.
 */
export function createDynamoClients(): (credentials?: Credentials) => Client {
  const shared = new DynamoDBClient({ requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } });
  return (credentials) => {
    const client = credentials
      ? new DynamoDBClient({ credentials, region: shared.config.region, requestHandler: shared.config.requestHandler })
      : shared;
    return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) as Client;
  };
}
