import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Database } from "@crm/core/kernel/ports.ts";
import { accessName, NO_TENANT } from "./access.ts";
import type { Client } from "./client.ts";
import { type Credentials, tenantSessions } from "./tenant-sessions.ts";

/** The table under the function's own role: for what the system does by itself. */
export const buildFunctionDatabase = (table: string, client: Client): Database => ({
  table,
  send: (command) => client.send(command),
});

export interface TenantDatabaseOptions {
  table: string;
  /** The role of each combination of keyspaces, by `accessName`. */
  roles: Readonly<Record<string, string>>;
  sts: Client;
  /** A client that signs with these credentials. */
  connect(credentials: Credentials): Client;
}

/** No command under way outlives its credentials. */
const RENEWAL_MARGIN_MS = 5 * 60 * 1000;

/**
 * The table under credentials that reach no further than the scope: of one tenant, by the session's tag, and of the
 * keyspaces that the operation declares, by the role. What the guard in storage has let through by mistake, AWS refuses.
 */
export function buildTenantDatabase({ table, roles, sts, connect }: TenantDatabaseOptions): Database {
  const session = tenantSessions({ sts, connect, renewalMarginMs: RENEWAL_MARGIN_MS });
  return {
    table,
    async send(command, { tenant = NO_TENANT, keyspaces }) {
      const access = accessName(keyspaces);
      const role = roles[access];
      if (!role) throw new Error(`This function has no role for ${access}`);
      return (await session(role, tenant)).send(command);
    },
  };
}

/** DynamoDB clients that share their sockets: one more costs a sixth of a millisecond, and no handshake. */
export function createDynamoClients(): (credentials?: Credentials) => Client {
  const shared = new DynamoDBClient({ requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } });
  return (credentials) => {
    const client = credentials
      ? new DynamoDBClient({ credentials, region: shared.config.region, requestHandler: shared.config.requestHandler })
      : shared;
    return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) as unknown as Client;
  };
}
