import { declared } from "../jobs/export/exportable.ts";
import { messageTemplateGrants } from "./message-template.domain.ts";
import { MessageTemplate } from "./message-template.ts";

export const messageTemplates = declared(MessageTemplate.listed, {
  entity: "message-templates",
  read: messageTemplateGrants.read,
});
