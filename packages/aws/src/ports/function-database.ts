import type { Database } from "@crm/core/kernel/ports.ts";
import { buildFunctionDatabase, createDynamoClients } from "../database.ts";
import { readVariable } from "../environment.ts";

/** The table with the function's own role, for work of the system itself. */
export const functionDatabase = (): Database => buildFunctionDatabase(readVariable("CRM_TABLE"), createDynamoClients()());
