import type { Database } from "@crm/core/kernel/ports.ts";
import { dynamoClients, ownDatabase } from "../database.ts";
import { environment } from "../environment.ts";

/** The table under the function's own role: for what the system does by itself. */
export const own = (): Database => ownDatabase(environment("CRM_TABLE"), dynamoClients()());
