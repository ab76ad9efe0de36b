import { declareExport } from "../../platform/export/exportable.ts";
import { emailSendGrants } from "./email-send.kind.ts";
import { EmailSend } from "./email-send.ts";

export const emailSends = declareExport(EmailSend.listDefinition, { entity: "email-sends", read: emailSendGrants.read });
