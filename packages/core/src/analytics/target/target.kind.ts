import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** The value that a figure should have in a period. */
export const TARGET = kind("target", "tgt", {
  path: "/targets",
  load: () => import("./target.entity.ts"),
  display: { menu: "sales", icon: "target", title: "{figure} {period}" },
});

export const targetGrants = declarePermissions("target", { read: everyone, write: leaders });
