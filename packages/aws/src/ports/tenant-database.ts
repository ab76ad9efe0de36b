import type { Database } from "@crm/core/kernel/ports.ts";
import { buildTenantDatabase, createDynamoClients } from "../database.ts";
import { readVariable } from "../environment.ts";
import { useStsClient } from "../sts.ts";

/** The table with credentials of one tenant, for requests. */
export function tenantDatabase(): Database {
  const roles = JSON.parse(readVariable("CRM_ROLES")) as Record<string, string>;
  return buildTenantDatabase({ table: readVariable("CRM_TABLE"), roles, sts: useStsClient(), connect: createDynamoClients() });
}
