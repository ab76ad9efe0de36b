import type { Objects } from "@crm/core/kernel/ports.ts";
import { guardObjects } from "../tenant-guard.ts";
import { objects } from "./objects.ts";

/** The bucket with the function's own role, for requests where the code alone isolates tenants. */
export const guardedObjects = (): Objects => guardObjects(objects());
