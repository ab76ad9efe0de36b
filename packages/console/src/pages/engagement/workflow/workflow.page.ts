import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const workflow = definePage({
  kind: "workflow",
  routes: {
    "campaigns/automation": part(() => import("./automation-page.tsx"), "CampaignAutomationPage"),
    "advanced-features/workflow-automation": part(() => import("./automation-page.tsx"), "WorkflowsPage"),
  },
  areaPaths: { "/crm/campaigns/automation": "/crm/workflows" },
  creation: { form: part(() => import("./new-workflow.tsx"), "NewWorkflow") },
  dialogs: {
    publishWorkflow: part(() => import("./publish-dialog.tsx"), "PublishDialog"),
    enrollInWorkflow: part(() => import("./enroll-dialog.tsx"), "EnrollDialog"),
  },
  record: { frame: part(() => import("./workflow-parts.tsx"), "WorkflowParts"), hasNoPath: true },
});

export const workflowEnrollment = definePage({
  kind: "workflow_enrollment",
  record: { tables: part(() => import("./enrollment-history.tsx"), "EnrollmentHistory"), hasNoPath: true },
});
