import type { Database } from "@crm/core/kernel/ports.ts";
import { buildTenantDatabase, createDynamoClients } from "../database.ts";
import { readVariable } from "../environment.ts";
import { useTenantSessions } from "../process-sessions.ts";

/** The table with credentials of one tenant, for requests. */
export function tenantDatabase(): Database {
  const roles = JSON.parse(readVariable("CRM_ROLES")) as Record<string, string>;
  const table = readVariable("CRM_TABLE");
  return buildTenantDatabase({ table, roles, openSession: useTenantSessions(), connect: createDynamoClients() });
}
