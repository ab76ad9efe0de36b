import { SendTextMessageCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import type { Sms } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** Seconds for which a message is worth something: a code is good for ten minutes. */
const VALIDITY_SECONDS = 600;

/** Text messages by AWS End User Messaging. It cannot tell that it has sent a message before. */
export const awsSms = (client: Client, from: string): Sms => ({
  async send({ id, to, text }) {
    await client.send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: to,
        OriginationIdentity: from,
        MessageBody: text,
        MessageType: "TRANSACTIONAL",
        TimeToLive: VALIDITY_SECONDS,
        Context: { message: id.slice(0, 800) },
      }),
    );
  },
});
