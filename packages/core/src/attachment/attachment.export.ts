import { declared } from "../jobs/export/exportable.ts";
import { attachmentGrants } from "./attachment.domain.ts";
import { Attachment } from "./attachment.ts";

export const attachments = declared(Attachment.listed, { entity: "attachments", read: attachmentGrants.read });
