import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const WORKFLOW = kind("workflow", "wfl", {
  shape: 2,
  path: "/workflows",
  load: () => import("./workflow.entity.ts"),
  display: { menu: "marketing", icon: "workflow" },
});
export const WORKFLOW_VERSION = kind("workflow_version", "wfv", {
  derived: true,
  load: () => import("./workflow.entity.ts"),
});
export const WORKFLOW_ENROLLMENT = kind("workflow_enrollment", "wfe", {
  work: { namedBy: "workflow_id" },
  path: "/workflow-enrollments",
  isStandalone: true,
  load: () => import("./enrollment.entity.ts"),
  display: { label: "Enrollment", labels: "Enrollments", icon: "route" },
});

export const workflowGrants = declarePermissions("workflow", {
  read: everyone,
  write: [...leaders, "MARKETER"],
});
