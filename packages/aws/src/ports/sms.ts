import type { Sms } from "@crm/core/kernel/ports.ts";
import type { Client } from "../client.ts";
import { readVariable } from "../environment.ts";
import { awsSms } from "../sms.ts";

export function sms(): Sms {
  let clientPromise: Promise<Client> | undefined;
  const client = (): Promise<Client> => {
    clientPromise ??= import("@aws-sdk/client-pinpoint-sms-voice-v2").then(
      ({ PinpointSMSVoiceV2Client }) => new PinpointSMSVoiceV2Client({}),
    );
    return clientPromise;
  };
  return awsSms({ send: async (command) => (await client()).send(command) }, readVariable("CRM_SMS_SENDER"));
}
