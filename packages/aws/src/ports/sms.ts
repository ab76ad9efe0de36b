import { PinpointSMSVoiceV2Client } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import type { Sms } from "@crm/core/kernel/ports.ts";
import { environment } from "../environment.ts";
import { awsSms } from "../sms.ts";

export const sms = (): Sms => awsSms(new PinpointSMSVoiceV2Client({}), environment("CRM_SMS_SENDER"));
