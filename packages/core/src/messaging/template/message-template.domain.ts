import { domain } from "../../kernel/domain.ts";
import { MAIL_IMAGE } from "../mail-image/mail-image.kind.ts";
import { MESSAGE_TEMPLATE, messageTemplateGrants, TEMPLATE_REVISION } from "./message-template.kind.ts";

export const messageTemplate = domain({
  name: "message-template",
  kinds: [MESSAGE_TEMPLATE, TEMPLATE_REVISION, MAIL_IMAGE],
  grants: [messageTemplateGrants],
  bulk: {
    message_template: {
      write: messageTemplateGrants.write,
      remove: messageTemplateGrants.write,
      load: async () => (await import("./message-template.ts")).MessageTemplate,
    },
  },
  exports: {
    "message-templates": {
      read: messageTemplateGrants.read,
      load: async () => (await import("./message-template.ts")).listDefinition,
    },
  },
});
