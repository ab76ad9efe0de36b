import { createOutbound, publicPolicy } from "@crm/core/kernel/outbound-http.ts";
import type { Outbound } from "@crm/core/kernel/ports.ts";

/** Public hosts alone, whoever names them: this is the one adapter that reaches addresses of tenants. */
export const outbound = (): Outbound => createOutbound(publicPolicy);
