import { readVariable } from "../environment.ts";

/** As the deployment was told: none where no mails come in. */
export const inboundDomain = (): string | undefined => readVariable("CRM_INBOUND_DOMAIN") || undefined;
