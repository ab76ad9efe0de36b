import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { CONTACT_LIST, CONTACT_LIST_BUILD, contactListGrants } from "./contact-list.kind.ts";

export const contactList = domain({
  name: "contact-list",
  kinds: [CONTACT_LIST, CONTACT_LIST_BUILD],
  grants: [contactListGrants],
  subscribers: {
    "contact-list-members": {
      basis: "release",
      events: [
        "contact.created",
        "contact.updated",
        "contact.deleted",
        "contact.restored",
        "contact.removed",
        "interaction.created",
        "interaction.updated",
        "interaction.deleted",
        "interaction.restored",
      ],
      table: [{ actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] }],
      load: async () => (await import("./contact-list.listener.ts")).onMemberEvent,
    },
    "contact-list-builds": {
      basis: "release",
      events: [
        "contact_list.created",
        "contact_list.updated",
        "contact_list.deleted",
        "contact_list_build.work_due",
        "custom_field.updated",
        "custom_field.deleted",
        "custom_field.restored",
      ],
      isSliced: true,
      table: [...walkTableUse, { actions: ["Query"] }],
      load: async () => (await import("./contact-list.listener.ts")).onBuildEvent,
    },
  },
});
