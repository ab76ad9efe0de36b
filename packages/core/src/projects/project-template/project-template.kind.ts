import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PROJECT_TEMPLATE = kind("project_template", "pjt", {
  path: "/project-templates",
  load: () => import("./project-template.entity.ts"),
  display: { menu: "settings", icon: "folder-plus" },
});

export const projectTemplateGrants = declarePermissions("project_template", { read: everyone, write: leaders });
