import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, leaders } from "../../kernel/permission.ts";

export const suppressionGrants = declarePermissions(
  "suppression",
  {
    read: leaders,
    write: leaders,
    /** The right to lift bounces and complaints: a provider counts each further one against the tenant. */
    lift_reported: ["ADMIN"],
  },
  { checkedByVerbs: ["lift_reported"] },
);

export const SUPPRESSION = kind("suppression", "spr", {
  path: "/suppressions",
  read: suppressionGrants.read,
  load: () => import("./suppression.entity.ts"),
  display: { icon: "bell-off", title: "{channel} {reason}" },
});

export const suppression = domain({
  name: "suppression",
  kinds: [SUPPRESSION],
  grants: [suppressionGrants],
  subscribers: {
    "suppression-persons": {
      events: [
        "suppression.created",
        "suppression.updated",
        "suppression.deleted",
        "suppression.restored",
        "person.deleted",
        "person.restored",
      ],
      uses: ["secrets"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./suppression.listener.ts")).onRefusalEvent,
    },
  },
  imports: { suppressions: async () => (await import("./suppression.import.ts")).suppressions },
});
