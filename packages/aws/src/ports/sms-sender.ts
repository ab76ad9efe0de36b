import { readVariable } from "../environment.ts";

/** As the deployment was told: none where no text messages are sent. */
export const smsSender = (): string | undefined => readVariable("CRM_SMS_SENDER") || undefined;
