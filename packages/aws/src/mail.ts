import { SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Mail } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/**
 * Mail by SES. It cannot tell that it has sent a message before; the id stands in a header, so that the same message
 * sent twice can be told from two.
 */
export const sesMail = (client: Client, from: string, set: string): Mail => ({
  async send({ id, to, subject, text, headers = {} }) {
    const part = (Data: string) => ({ Data, Charset: "UTF-8" });
    const Headers = Object.entries({ "X-CRM-Message": id, ...headers }).map(([Name, Value]) => ({ Name, Value }));
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        // What becomes of it is counted by this set.
        ConfigurationSetName: set,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: part(subject), Body: { Text: part(text) }, Headers } },
      }),
    );
  },
});
