import type { Database } from "@crm/core/kernel/ports.ts";
import { guardDatabase } from "../tenant-guard.ts";
import { functionDatabase } from "./function-database.ts";

/** The table with the function's own role, for requests where the code alone isolates tenants. */
export const guardedDatabase = (): Database => guardDatabase(functionDatabase());
