import { SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import type { Mail, MailMessage } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";
import { mimeText } from "./mime.ts";

/**
 * Mail by SES. It cannot tell that it has sent a message before; the id stands in a header, so that the same message
 * sent twice can be told from two.
 */
export const sesMail = (client: Client, from: string, set: string): Mail => ({
  async send(message) {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        // What becomes of it is counted by this set.
        ConfigurationSetName: set,
        Destination: { ToAddresses: [message.to] },
        ...(message.reply_to ? { ReplyToAddresses: [message.reply_to] } : {}),
        Content: message.calendar ? { Raw: { Data: Buffer.from(mimeText(from, message)) } } : simple(message),
      }),
    );
  },
});

const part = (Data: string) => ({ Data, Charset: "UTF-8" });

function simple({ id, subject, text, html, headers = {} }: MailMessage): SendEmailCommandInput["Content"] {
  const Headers = Object.entries({ "X-CRM-Message": id, ...headers }).map(([Name, Value]) => ({ Name, Value }));
  return {
    Simple: { Subject: part(subject), Body: { Text: part(text), ...(html === undefined ? {} : { Html: part(html) }) }, Headers },
  };
}
