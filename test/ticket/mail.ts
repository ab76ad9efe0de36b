import { arriving } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { base64, multipart, part, plain } from "../inbound-mail/raw.ts";
import type { Tenant } from "../support.ts";

/** Mails to a tenant's support, as customers write them, and what goes out to them. */

let mails = 0;

export const supportOf = ({ slug }: Pick<Tenant, "slug">): string => `support@${slug}.in.example`;

export interface Written {
  from: string;
  text?: string;
  subject?: string;
  to?: string;
  headers?: Readonly<Record<string, string>>;
}

export const rawOf = ({ from, text = "It fails.", subject = "Printer", headers = {} }: Written): Buffer =>
  plain(text, { From: from, Subject: subject, "Message-ID": `<c${++mails}@customer.example>`, ...headers });

/** As SES says of a sender. */
export const proved = (dmarc: string): Record<string, string> => ({
  "Authentication-Results": `amazonses.com; dmarc=${dmarc}`,
});

/** Takes raw messages in, all at once, and lets follow what follows; gives the ids of their records. */
export async function post(app: App, tenant: Tenant, ...mails: (Written | { raw: Buffer; to?: string })[]): Promise<string[]> {
  const outcomes = await Promise.all(
    mails.map((each) => {
      const raw = "raw" in each ? each.raw : rawOf(each);
      return arriving({ raw, recipients: [each.to ?? supportOf(tenant)], domain: "in.example" }, app.ports);
    }),
  );
  await app.settle();
  return outcomes.flat().map((outcome) => ("id" in outcome ? outcome.id : ""));
}

/** What became of one mail. */
export async function arrived(app: App, tenant: Tenant, mail: Written | { raw: Buffer; to?: string }) {
  const [id = ""] = await post(app, tenant, mail);
  return (await tenant.admin.getInboundMail({ id })).data;
}

/** The mails that went to an address, the oldest first. */
export const sentTo = (app: App, email: string) => app.mail.sent(email);

/** Headers by which a customer's program answers a mail of ours. */
export function answering(mail: ReturnType<typeof sentTo>[number] | undefined): Record<string, string> {
  const { "Message-ID": own = "", References: references = "" } = mail?.headers ?? {};
  return { "In-Reply-To": own, References: `${references} ${own}` };
}

/** A server gives a mail of ours back, which it knows by these headers. */
export const bounceOf = (recipient: string, headers: Readonly<Record<string, string>>): Buffer =>
  multipart(
    "report; report-type=delivery-status",
    [
      part("text/plain", "I'm sorry to have to inform you"),
      part(
        "message/delivery-status",
        ["Reporting-MTA: dns; mx.example", "", `Final-Recipient: rfc822; ${recipient}`, "Action: failed", "Status: 5.1.1"].join(
          "\r\n",
        ),
      ),
      part(
        "text/rfc822-headers",
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join("\r\n"),
      ),
    ],
    {
      From: "MAILER-DAEMON@mx.example",
      Subject: "Undelivered Mail",
      "Return-Path": "<>",
      "Message-ID": `<b${++mails}@mx.example>`,
    },
  );

/** A mail with files. */
export const withFiles = (
  from: string,
  files: readonly (readonly [type: string, disposition: string, content: string])[],
): Buffer =>
  multipart(
    "mixed",
    [
      part("text/plain", "See the files"),
      ...files.map(([type, disposition, content]) =>
        part(type, base64(content), `Content-Disposition: ${disposition}`, "Content-Transfer-Encoding: base64"),
      ),
    ],
    { From: from, "Message-ID": `<f${++mails}@customer.example>` },
  );
