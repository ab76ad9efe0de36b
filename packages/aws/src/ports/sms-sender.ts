import { readVariable } from "../environment.ts";

/** The sender of text messages: a setting of the deployment, undefined where it sends none. */
export const smsSender = (): string | undefined => readVariable("CRM_SMS_SENDER") || undefined;
