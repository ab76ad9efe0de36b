import { domain } from "../../kernel/domain.ts";
import { SUBSCRIPTION_TYPES } from "./subscription-type.masters.ts";
import { SUPPRESSION, suppressionGrants } from "./suppression.kind.ts";

export const suppression = domain({
  name: "suppression",
  kinds: [SUPPRESSION],
  grants: [suppressionGrants],
  authorities: {
    preferences_link: { rights: "visitor", basis: "request" },
  },
  masters: [SUBSCRIPTION_TYPES],
  subscribers: {
    "suppression-persons": {
      basis: "release",
      events: [
        "suppression.created",
        "suppression.updated",
        "suppression.deleted",
        "suppression.restored",
        "person.deleted",
        "person.restored",
      ],
      uses: ["secrets:lookups"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./suppression.listener.ts")).onRefusalEvent,
    },
  },
  imports: { suppressions: async () => (await import("./suppression.import.ts")).suppressions },
});
