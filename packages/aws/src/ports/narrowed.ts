import type { Database } from "@crm/core/kernel/ports.ts";
import { dynamoClients, narrowedDatabase } from "../database.ts";
import { environment } from "../environment.ts";
import { sts } from "../sts.ts";

/** The table under credentials of one tenant: for requests. */
export function narrowed(): Database {
  const roles = JSON.parse(environment("CRM_ROLES")) as Record<string, string>;
  return narrowedDatabase({ table: environment("CRM_TABLE"), roles, sts: sts(), connect: dynamoClients() });
}
