import { kind } from "../../kernel/id.ts";
import { declarePermissions, leaders } from "../../kernel/permission.ts";

export const UPLOAD = kind("upload", "upl", {
  path: "/uploads",
  isStandalone: true,
  load: () => import("./upload.entity.ts"),
  display: { icon: "paperclip" },
});

export const uploadGrants = declarePermissions("upload", {
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
