import { createOutbound, publicPolicy } from "@crm/core/kernel/outbound-http.ts";
import type { Outbound } from "@crm/core/kernel/ports.ts";

/** Calls public hosts only. This is the only adapter that calls addresses that tenants name. */
export const outbound = (): Outbound => createOutbound(publicPolicy);
