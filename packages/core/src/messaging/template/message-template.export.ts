import { declareExport } from "../../platform/export/exportable.ts";
import { messageTemplateGrants } from "./message-template.kind.ts";
import { MessageTemplate } from "./message-template.ts";

export const messageTemplates = declareExport(MessageTemplate.listDefinition, {
  entity: "message-templates",
  read: messageTemplateGrants.read,
});
