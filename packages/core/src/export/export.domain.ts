import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const EXPORT = kind("export", "exp", { path: "/exports", load: () => import("./export.entity.ts") });

export const exportGrants = grants("export", {
  read: everyone,
  write: everyone,
});

export const exports = domain({
  name: "export",
  kinds: [EXPORT],
  grants: [exportGrants],
});
