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
  buildExportOperation("exportEmailSends", "email-sends", tag, read, EmailSend.listDefinition),
  operation({
    name: "scheduleEmailSend",
    method: "POST",
    path: `${recordPath}/schedule`,
    summary: "Schedule an email send, now or later",
    description:
      "Template, account and audience are checked now and again at the start. Only persons whom the caller can see are included.",
    verb: EmailSend.schedule,
    ...recordWriteOptions,
  }),
  operation({
    name: "unscheduleEmailSend",
    method: "POST",
    path: `${recordPath}/unschedule`,
    summary: "Unschedule an email send that has not started",
    description: "The send becomes a draft again.",
    verb: EmailSend.unschedule,
    ...recordWriteOptions,
  }),
  operation({
    name: "cancelEmailSend",
    method: "POST",
    path: `${recordPath}/cancel`,
    summary: "Cancel an email send",
    description: "Cannot be undone. Messages that the provider does not have yet are not sent.",
    verb: EmailSend.cancel,
    ...recordWriteOptions,
  }),
  operation({
    name: "getEmailSendResults",
    method: "GET",
    path: `${recordPath}/results`,
    tag,
    access: read,
    summary: "Read the results of an email send",
    description: "Counted continuously, with a delay of seconds.",
    verb: EmailSend.readResults,
    output: EmailSend.Results.meta({ id: "EmailSendResults" }),
  }),
] as const;
