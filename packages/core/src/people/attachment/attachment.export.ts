import { declareExport } from "../../platform/export/exportable.ts";
import { attachmentGrants } from "./attachment.kind.ts";
import { Attachment } from "./attachment.ts";

export const attachments = declareExport(Attachment.listDefinition, { entity: "attachments", read: attachmentGrants.read });
