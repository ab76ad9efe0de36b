import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PLAYBOOK = kind("playbook", "pbk", {
  path: "/playbooks",
  load: () => import("./playbook.entity.ts"),
  display: { menu: "settings", icon: "list-checks" },
});
export const PLAYBOOK_STEP = kind("playbook_step", "pbs");
export const PLAYBOOK_PROGRESS = kind("playbook_progress", "pbp", { derived: true, load: () => import("./progress.entity.ts") });

export const playbookGrants = declarePermissions("playbook", { read: everyone, write: leaders, complete: everyone });
