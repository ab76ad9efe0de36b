import { declared } from "../jobs/export/exportable.ts";
import { emailSendGrants } from "./email-send.domain.ts";
import { EmailSend } from "./email-send.ts";

export const emailSends = declared(EmailSend.listed, { entity: "email-sends", read: emailSendGrants.read });
