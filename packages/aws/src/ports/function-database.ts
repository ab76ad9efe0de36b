import type { Database } from "@crm/core/kernel/ports.ts";
import { buildFunctionDatabase, createDynamoClients } from "../database.ts";
import { readVariable } from "../environment.ts";

/** The table under the function's own role: for what the system does by itself. */
export const functionDatabase = (): Database => buildFunctionDatabase(readVariable("CRM_TABLE"), createDynamoClients()());
