import type { Keys } from "@crm/core/kernel/ports.ts";
import { guardKeys } from "../tenant-guard.ts";
import { seal } from "./seal.ts";

/** The master key with the function's own role, for requests where the code alone isolates tenants. */
export const guardedSeal = (): Keys => guardKeys(seal());
