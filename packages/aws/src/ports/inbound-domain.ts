import { readVariable } from "../environment.ts";

/** The domain of inbound mail: a setting of the deployment, undefined where it receives no mail. */
export const inboundDomain = (): string | undefined => readVariable("CRM_INBOUND_DOMAIN") || undefined;
