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
  display: { menu: "messages", icon: "bell-off", title: "{channel} {reason}" },
});
