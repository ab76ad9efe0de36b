import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PROJECT = kind("project", "prj", {
  path: "/projects",
  load: () => import("./project.entity.ts"),
  display: { menu: "activity", icon: "folder-kanban", title: "{title}" },
});

/** A milestone is stored inside its project. */
export const PROJECT_MILESTONE = kind("project_milestone", "pms");

export const projectGrants = declarePermissions(
  "project",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    delete: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);
