import type { Web } from "@crm/core/kernel/ports.ts";
import { publicWeb } from "../web.ts";

/** Calls public hosts of third parties, without a private network of this system between. */
export const web = (): Web => publicWeb();
