import { EmailSends } from "@crm/core/engagement/email-send/email-send.entity.ts";
import { emailSendGrants } from "@crm/core/engagement/email-send/email-send.kind.ts";
import { EmailSend } from "@crm/core/engagement/email-send/email-send.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";

const { read, write } = emailSendGrants;
const tag = "Email sends";
const links = linksFor(EmailSends);
const send = { tag, output: recordSchema("EmailSend", EmailSend.Info), links } as const;
const recordWriteOptions = { ...send, access: write, kind: "record" } as const;
const recordPath = "/email-sends/{id}";

/** Operations on email sends. Each sends one mail to a segment or a list of contacts. */
export const emailSends = [
  ...crud({
    noun: "EmailSend",
    plural: "EmailSends",
    path: "/email-sends",
    read,
    write,
    remove: write,
    domain: EmailSend,
    row: recordSchema("EmailSendRow", EmailSend.Row),
    ...send,
  }),
  buildExportOperation(
    "exportEmailSends",
    "email-sends",
    tag,
    read,
    EmailSend.list.schema,
    async () => (await import("@crm/core/engagement/email-send/email-send.export.ts")).emailSends,
  ),
  operation({
    name: "scheduleEmailSend",
    method: "POST",
    path: `${recordPath}/schedule`,
    summary: "Send a mail to many, now or later",
    description: "Template, account and audience are looked at now, and once more as it begins. It finds whom the caller sees.",
    verb: EmailSend.schedule,
    ...recordWriteOptions,
  }),
  operation({
    name: "unscheduleEmailSend",
    method: "POST",
    path: `${recordPath}/unschedule`,
    summary: "Take back what has not begun to be sent",
    description: "It is a draft again.",
    verb: EmailSend.unschedule,
    ...recordWriteOptions,
  }),
  operation({
    name: "cancelEmailSend",
    method: "POST",
    path: `${recordPath}/cancel`,
    summary: "Call a mail to many off",
    description: "For good. Whatever is not with its provider yet goes to nobody.",
    verb: EmailSend.cancel,
    ...recordWriteOptions,
  }),
  operation({
    name: "getEmailSendResults",
    method: "GET",
    path: `${recordPath}/results`,
    tag,
    access: read,
    summary: "Read what became of the mails of a send",
    description: "Counted as it happens; it lags by moments.",
    verb: EmailSend.readResults,
    output: EmailSend.Results.meta({ id: "EmailSendResults" }),
  }),
] as const;
