import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { buildMultipart, buildPart, buildPlainMail, encodeBase64 } from "../../messaging/inbound-mail/raw-mail.ts";
import type { Tenant } from "../../support/app.ts";

/** Emails to a tenant's support in the form that customers write, and the emails that they get. */

let mailCount = 0;

export const supportAddress = ({ slug }: Pick<Tenant, "slug">): string => `support@${slug}.in.example`;

export interface MailInput {
  from: string;
  text?: string;
  subject?: string;
  to?: string;
  headers?: Readonly<Record<string, string>>;
}

export const buildRawMail = ({ from, text = "It fails.", subject = "Printer", headers = {} }: MailInput): Buffer =>
  buildPlainMail(text, { From: from, Subject: subject, "Message-ID": `<c${++mailCount}@customer.example>`, ...headers });

/** The header that SES adds about a sender. */
export const authenticationHeaders = (dmarc: string): Record<string, string> => ({
  "Authentication-Results": `amazonses.com; dmarc=${dmarc}`,
});

/** Receives raw emails, all at once, runs the follow-up work and returns the ids of their records. */
export async function receiveMails(
  app: App,
  tenant: Tenant,
  ...mails: (MailInput | { raw: Buffer; to?: string })[]
): Promise<string[]> {
  const outcomes = await Promise.all(
    mails.map((each) => {
      const raw = "raw" in each ? each.raw : buildRawMail(each);
      return ingestMail({ raw, recipients: [each.to ?? supportAddress(tenant)], domain: "in.example" }, app.ports);
    }),
  );
  await app.settle();
  return outcomes.flat().map((outcome) => ("id" in outcome ? outcome.id : ""));
}

/** Receives an email and returns its record. */
export async function receiveMail(app: App, tenant: Tenant, mail: MailInput | { raw: Buffer; to?: string }) {
  const [id = ""] = await receiveMails(app, tenant, mail);
  return (await tenant.admin.getInboundMail({ id })).data;
}

/** The emails to an address, oldest first. */
export const listSentMails = (app: App, email: string) => app.mail.sent(email);

/** The headers of a customer's reply to our email. */
export function replyHeaders(mail: ReturnType<typeof listSentMails>[number] | undefined): Record<string, string> {
  const { "Message-ID": own = "", References: references = "" } = mail?.headers ?? {};
  return { "In-Reply-To": own, References: `${references} ${own}` };
}

/** A bounce of our email, identified by these headers. */
export const buildBounce = (recipient: string, headers: Readonly<Record<string, string>>): Buffer =>
  buildMultipart(
    "report; report-type=delivery-status",
    [
      buildPart("text/plain", "I'm sorry to have to inform you"),
      buildPart(
        "message/delivery-status",
        ["Reporting-MTA: dns; mx.example", "", `Final-Recipient: rfc822; ${recipient}`, "Action: failed", "Status: 5.1.1"].join(
          "\r\n",
        ),
      ),
      buildPart(
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
      "Message-ID": `<b${++mailCount}@mx.example>`,
    },
  );

/** A mail with files. */
export const buildMailWithFiles = (
  from: string,
  files: readonly (readonly [type: string, disposition: string, content: string])[],
): Buffer =>
  buildMultipart(
    "mixed",
    [
      buildPart("text/plain", "See the files"),
      ...files.map(([type, disposition, content]) =>
        buildPart(type, encodeBase64(content), `Content-Disposition: ${disposition}`, "Content-Transfer-Encoding: base64"),
      ),
    ],
    { From: from, "Message-ID": `<f${++mailCount}@customer.example>` },
  );
