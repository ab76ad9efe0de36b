import { emailSendGrants } from "@crm/core/email-send/email-send.domain.ts";
import { EmailSend } from "@crm/core/email-send/email-send.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { emailSendLinks } from "./links.ts";

const { read, write } = emailSendGrants;
const tag = "Email sends";
const send = { tag, output: recordOf("EmailSend", EmailSend.Info), links: emailSendLinks } as const;
const changed = { ...send, access: write, kind: "record" } as const;
const one = "/email-sends/{id}";

/** One mail to a segment or a list of contacts at a time. */
export const emailSends = [
  ...crud({
    noun: "EmailSend",
    plural: "EmailSends",
    path: "/email-sends",
    read,
    write,
    remove: write,
    domain: EmailSend,
    row: recordOf("EmailSendRow", EmailSend.Row),
    ...send,
  }),
  exporting(
    "exportEmailSends",
    "email-sends",
    tag,
    read,
    EmailSend.list.schema,
    async () => (await import("@crm/core/email-send/email-send.export.ts")).emailSends,
  ),
  operation({
    name: "scheduleEmailSend",
    method: "POST",
    path: `${one}/schedule`,
    summary: "Send a mail to many, now or later",
    description: "Template, account and audience are looked at now, and once more as it begins. It finds whom the caller sees.",
    verb: EmailSend.schedule,
    ...changed,
  }),
  operation({
    name: "unscheduleEmailSend",
    method: "POST",
    path: `${one}/unschedule`,
    summary: "Take back what has not begun to be sent",
    description: "It is a draft again.",
    verb: EmailSend.unschedule,
    ...changed,
  }),
  operation({
    name: "cancelEmailSend",
    method: "POST",
    path: `${one}/cancel`,
    summary: "Call a mail to many off",
    description: "For good. Whatever is not with its provider yet goes to nobody.",
    verb: EmailSend.cancel,
    ...changed,
  }),
  operation({
    name: "getEmailSendResults",
    method: "GET",
    path: `${one}/results`,
    tag,
    access: read,
    summary: "Read what became of the mails of a send",
    description: "Counted as it happens; it lags by moments.",
    verb: EmailSend.results,
    output: EmailSend.Results.meta({ id: "EmailSendResults" }),
  }),
] as const;
