import { SESv2Client } from "@aws-sdk/client-sesv2";
import type { Mail } from "@crm/core/kernel/ports.ts";
import { readVariable } from "../environment.ts";
import { sesMail } from "../mail.ts";

export const mail = (): Mail => sesMail(new SESv2Client({}), readVariable("CRM_MAIL_FROM"), readVariable("CRM_MAIL_SET"));
