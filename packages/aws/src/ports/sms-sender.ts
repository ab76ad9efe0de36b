import { environment } from "../environment.ts";

/** As the deployment was told: none where no text messages are sent. */
export const smsSender = (): string | undefined => environment("CRM_SMS_SENDER") || undefined;
