import { SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import type { Mail, MailMessage } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";
import { buildMimeText, formatMailbox } from "./mime.ts";

/**
 * Mail by SES. It cannot tell that it has sent a message before; the id stands in a header, so that the same message
 * sent twice can be told from two.
 */
export const sesMail = (client: Client, from: string, set: string): Mail => ({
  async send(message) {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: message.from === undefined ? from : formatMailbox(message.from),
        // What becomes of it is counted by this set.
        ConfigurationSetName: set,
        Destination: { ToAddresses: [message.to], ...(message.cc?.length ? { CcAddresses: [...message.cc] } : {}) },
        ...(message.reply_to ? { ReplyToAddresses: [message.reply_to] } : {}),
        Content: message.calendar
          ? { Raw: { Data: Buffer.from(buildMimeText(message.from ?? from, message)) } }
          : buildSimpleContent(message),
      }),
    );
  },
});

const textPart = (Data: string) => ({ Data, Charset: "UTF-8" });

function buildSimpleContent({ id, subject, text, html, headers = {} }: MailMessage): SendEmailCommandInput["Content"] {
  // SES gives each mail an id of its own, and refuses one that has another.
  const own = Object.entries({ "X-CRM-Message": id, ...headers }).filter(([name]) => name !== "Message-ID");
  const Headers = own.map(([Name, Value]) => ({ Name, Value }));
  return {
    Simple: {
      Subject: textPart(subject),
      Body: { Text: textPart(text), ...(html === undefined ? {} : { Html: textPart(html) }) },
      Headers,
    },
  };
}
