import type { Web } from "@crm/core/kernel/ports.ts";
import { publicWeb } from "../web.ts";

/** The hosts that are asked are other people's, and public: no network of ours is between. */
export const web = (): Web => publicWeb();
