import { SendTextMessageCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import type { Sms } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** Seconds for which a code is valid. */
const CODE_VALIDITY_SECONDS = 600;

/** Sends text messages through AWS End User Messaging, which does not detect that a message was sent before. */
export const awsSms = (client: Client, from: string): Sms => ({
  async send({ id, to, text, valid_seconds = CODE_VALIDITY_SECONDS }) {
    await client.send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: to,
        OriginationIdentity: from,
        MessageBody: text,
        MessageType: "TRANSACTIONAL",
        TimeToLive: valid_seconds,
        Context: { message: id.slice(0, 800) },
      }),
    );
  },
});
