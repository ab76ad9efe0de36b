import { EmailSends } from "@crm/core/engagement/email-send/email-send.entity.ts";
import { emailSendGrants } from "@crm/core/engagement/email-send/email-send.kind.ts";
import { EmailSend } from "@crm/core/engagement/email-send/email-send.ts";
import { SendCheck } from "@crm/core/engagement/email-send/send-check.ts";
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

/** Operations on email sends. Each sends one mail or text message to a segment, a list of contacts or the members of a campaign. */
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
      "Template, account and audience are checked now and again at the start. Only persons whom the caller can see are included. The send is " +
      "PENDING_APPROVAL if the rule `email_send_approval` requires approval.",
    dialog: {
      title: "Schedule sending",
      effect: "Sending starts at once, or at the time that you choose.",
      done: "{record} was scheduled.",
      preview: { operation: "checkEmailSend", fields: ["recipients"] },
    },
    verb: EmailSend.schedule,
    ...recordWriteOptions,
  }),
  operation({
    name: "unscheduleEmailSend",
    method: "POST",
    path: `${recordPath}/unschedule`,
    summary: "Unschedule an email send that has not started",
    description: "The send becomes a draft again. A request for approval is withdrawn.",
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
    name: "checkEmailSend",
    method: "POST",
    path: `${recordPath}/check`,
    tag,
    access: write,
    summary: "Check an email send before it goes out",
    description:
      "Checks the content as templates are checked, and counts the persons who would get a message and those who would not, by reason, among the first " +
      "1,000 persons. Nothing is stored.",
    verb: SendCheck.check,
    keyspaces: ["throttle"],
    output: SendCheck.Result.meta({ id: "EmailSendCheck" }),
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "getEmailSendResults",
    method: "GET",
    path: `${recordPath}/results`,
    tag,
    access: read,
    summary: "Read the results of an email send",
    inBatch: true,
    description: "Counted continuously, with a delay of seconds.",
    verb: EmailSend.readResults,
    output: EmailSend.Results.meta({ id: "EmailSendResults" }),
  }),
] as const;
