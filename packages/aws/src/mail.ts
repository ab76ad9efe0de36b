import { SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import type { Mail, MailMessage } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";
import { buildMimeText, formatMailbox } from "./mime.ts";

/**
 * Sends mail through SES. SES does not detect that a message was sent before. The message id is in a header, which tells a
 * repeated message from two different ones.
 */
export const sesMail = (client: Client, from: string, set: string): Mail => ({
  async send(message) {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: message.from === undefined ? from : formatMailbox(message.from),
        // SES counts the outcome of the mail under this configuration set.
        ConfigurationSetName: set,
        Destination: { ToAddresses: [message.to], ...(message.cc?.length ? { CcAddresses: [...message.cc] } : {}) },
        ...(message.reply_to ? { ReplyToAddresses: [message.reply_to] } : {}),
        Content:
          message.calendar || message.attachments?.length
            ? { Raw: { Data: Buffer.from(buildMimeText(message.from ?? from, message)) } }
            : buildSimpleContent(message),
      }),
    );
  },
});

const textPart = (Data: string) => ({ Data, Charset: "UTF-8" });

function buildSimpleContent({ id, subject, text, html, headers = {} }: MailMessage): SendEmailCommandInput["Content"] {
  // SES assigns a Message-ID of its own, and refuses a mail that has another.
  const headerEntries = Object.entries({ "X-CRM-Message": id, ...headers }).filter(([name]) => name !== "Message-ID");
  const Headers = headerEntries.map(([Name, Value]) => ({ Name, Value }));
  return {
    Simple: {
      Subject: textPart(subject),
      Body: { Text: textPart(text), ...(html === undefined ? {} : { Html: textPart(html) }) },
      Headers,
    },
  };
}
