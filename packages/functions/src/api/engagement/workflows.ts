import { Enrollments } from "@crm/core/engagement/workflow/enrollment.entity.ts";
import { Enrollment } from "@crm/core/engagement/workflow/enrollment.ts";
import { ExistingCount } from "@crm/core/engagement/workflow/existing-count.ts";
import { WorkflowTemplates } from "@crm/core/engagement/workflow/template.ts";
import { WebhookAddress, WorkflowWebhook } from "@crm/core/engagement/workflow/webhook-address.ts";
import { Workflows } from "@crm/core/engagement/workflow/workflow.entity.ts";
import { workflowGrants } from "@crm/core/engagement/workflow/workflow.kind.ts";
import { Workflow } from "@crm/core/engagement/workflow/workflow.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { loadTranslation } from "../shared/translated-names.ts";
import { playbooks } from "./playbooks.ts";

const { read, write } = workflowGrants;
const tag = "Workflows";
const shown = { tag, links: linksFor(Workflows) };
const record = { ...shown, access: write, output: recordSchema("Workflow", Workflow.Info), kind: "record" } as const;
const enrollment = {
  tag,
  links: linksFor(Enrollments),
  output: recordSchema("WorkflowEnrollment", Workflow.EnrollmentInfo),
  kind: "record",
} as const;

const webhook = WebhookAddress.meta({ id: "WorkflowWebhook" });

const operations = [
  ...buildListOperations({
    name: "listWorkflows",
    path: "/workflows",
    access: read,
    summary: "List workflows",
    verb: Workflow.list,
    output: recordSchema("WorkflowRow", Workflow.Row),
    ...shown,
  }),
  operation({
    name: "createWorkflow",
    method: "POST",
    path: "/workflows",
    summary: "Create a workflow",
    description: "Stores a draft. Nothing happens until it is published. `GET /workflows/schema` describes the definition.",
    verb: Workflow.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getWorkflowSchema",
    method: "GET",
    path: "/workflows/schema",
    tag,
    access: read,
    summary: "Read the JSON Schema of workflows",
    verb: Workflow.getDefinitionSchema,
    output: z.record(z.string(), z.json()),
    inBatch: true,
  }),
  operation({
    name: "listWorkflowTemplates",
    method: "GET",
    path: "/workflows/templates",
    tag,
    access: read,
    summary: "List the templates of workflows with their parameters",
    description: "Their texts are in the language of the request.",
    verb: fn(z.strictObject({}), async () => {
      const templates = await WorkflowTemplates.listTemplates({});
      const translation = await loadTranslation(true);
      return translation ? translation.translateTemplates(templates, translation.language) : templates;
    }),
    output: z.array(WorkflowTemplates.TemplateInfo.meta({ id: "WorkflowTemplate" })),
    inBatch: true,
  }),
  operation({
    name: "createWorkflowFromTemplate",
    method: "POST",
    path: "/workflows/templates/{key}",
    summary: "Create a workflow from a template",
    description: "Stores a draft. Parameters without a value have their default.",
    verb: WorkflowTemplates.createFromTemplate,
    status: 201,
    ...record,
  }),
  operation({
    name: "getWorkflow",
    method: "GET",
    path: "/workflows/{id}",
    summary: "Read a workflow",
    verb: Workflow.get,
    ...record,
    access: read,
  }),
  operation({
    name: "updateWorkflow",
    method: "PATCH",
    path: "/workflows/{id}",
    summary: "Change the draft of a workflow",
    description: "Changes only the named fields. Records follow the published version until the draft is published.",
    verb: Workflow.update,
    ...record,
  }),
  operation({
    name: "deleteWorkflow",
    method: "DELETE",
    path: "/workflows/{id}",
    summary: "Delete a workflow",
    description:
      "Records that are inside stop before their next step. Only the owner and an ADMIN delete a workflow, and only an ADMIN one that runs as the system. Other users pause it.",
    verb: Workflow.remove,
    ...record,
  }),
  operation({
    name: "publishWorkflow",
    method: "POST",
    path: "/workflows/{id}/publish",
    summary: "Publish the draft of a workflow",
    description:
      "The version applies to changes from now on. It sends message templates and applies macros as they are now: publish again after a change of one. Only the owner and an ADMIN publish a workflow, and only an ADMIN one that runs as the system.",
    verb: Workflow.publish,
    ...record,
    keyspaces: ["hook"],
  }),
  operation({
    name: "pauseWorkflow",
    method: "POST",
    path: "/workflows/{id}/pause",
    summary: "Pause a workflow",
    verb: Workflow.pause,
    ...record,
  }),
  operation({
    name: "resumeWorkflow",
    method: "POST",
    path: "/workflows/{id}/resume",
    summary: "Resume a paused workflow",
    description: "Only the owner and an ADMIN resume a workflow, and only an ADMIN one that runs as the system.",
    verb: Workflow.resume,
    ...record,
  }),
  operation({
    name: "enrollInWorkflow",
    method: "POST",
    path: "/workflows/{id}/enroll",
    access: write,
    summary: "Enroll a record in a workflow",
    description:
      "All users who write workflows enroll records by hand if the trigger is `manual`. With another trigger, only the owner and an ADMIN do, and only an ADMIN if the workflow runs as the system.",
    verb: Workflow.enrollRecord,
    status: 201,
    ...enrollment,
  }),
  operation({
    name: "dryRunWorkflow",
    method: "POST",
    path: "/workflows/{id}/dry-run",
    tag,
    access: write,
    summary: "Try the draft of a workflow with a record",
    description: "Answers what each step would do with the record as it is now. Nothing is written or sent.",
    verb: Workflow.dryRun,
    output: Workflow.DryRun.meta({ id: "WorkflowDryRun" }),
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "getWorkflowWebhook",
    method: "GET",
    path: "/workflows/{id}/webhook",
    tag,
    access: write,
    summary: "Read the address by which a workflow is called",
    description:
      "Every caller who knows the address can enroll records. So only the owner and an ADMIN read it, and only an ADMIN if the workflow runs as the system. `POST /workflows/{id}/renew-webhook` replaces it.",
    verb: WorkflowWebhook.get,
    output: webhook,
  }),
  operation({
    name: "renewWorkflowWebhook",
    method: "POST",
    path: "/workflows/{id}/renew-webhook",
    tag,
    access: write,
    summary: "Replace the address by which a workflow is called",
    description:
      "The former address stops working at once. Only the owner and an ADMIN replace it, and only an ADMIN if the workflow runs as the system.",
    dialog: { done: "{record} has a new address. It is shown only now.", answer: { url: "Address" } },
    verb: WorkflowWebhook.renew,
    output: webhook,
    keyspaces: ["hook"],
    keyed: false,
  }),
  operation({
    name: "countExistingRecords",
    method: "GET",
    path: "/workflows/{id}/existing",
    tag,
    access: write,
    summary: "Count the records that meet the conditions of a workflow now",
    description: "A publication with `existing` enrolls them. Where no counter has the number, it is an estimate.",
    verb: Workflow.getExisting,
    output: ExistingCount.meta({ id: "WorkflowExistingCount" }),
  }),
  operation({
    name: "getWorkflowFigures",
    method: "GET",
    path: "/workflows/{id}/figures",
    tag,
    access: read,
    summary: "Count the enrollments of a workflow by status and step",
    verb: Workflow.getFigures,
    output: Workflow.WorkflowFigures.meta({ id: "WorkflowFigures" }),
    inBatch: true,
  }),
  operation({
    name: "listWorkflowVersions",
    method: "GET",
    path: "/workflows/{id}/versions",
    tag,
    access: read,
    summary: "List the published versions of a workflow",
    verb: Workflow.listVersions,
    output: rowSchema("WorkflowVersion", Workflow.VersionInfo),
    kind: "list",
    links: linksFrom({ self: "/workflows/{workflow_id}/versions", workflow: "/workflows/{workflow_id}" }),
  }),
  ...buildListOperations({
    name: "listEnrollmentsOfWorkflow",
    path: "/workflows/{id}/enrollments",
    tag,
    access: read,
    summary: "List the enrollments of a workflow",
    verb: Workflow.listEnrollments,
    output: recordSchema("WorkflowEnrollmentRow", Workflow.EnrollmentRow),
    links: linksFor(Enrollments),
  }),
  operation({
    name: "getEnrollmentOfWorkflow",
    method: "GET",
    path: "/workflows/{id}/enrollments/{workflow_enrollment_id}",
    access: read,
    summary: "Read an enrollment of a workflow with what its steps did",
    verb: Enrollment.get,
    ...enrollment,
  }),
  operation({
    name: "retryWorkflowEnrollment",
    method: "POST",
    path: "/workflows/{id}/enrollments/{workflow_enrollment_id}/retry",
    access: write,
    summary: "Retry the failed step of an enrollment",
    description: "Continues an enrollment that FAILED, or is HELD though its workflow is active. The history of results stays.",
    verb: Enrollment.retry,
    writes: "workflow_enrollment_id",
    ...enrollment,
  }),
  operation({
    name: "stopWorkflowEnrollment",
    method: "POST",
    path: "/workflows/{id}/enrollments/{workflow_enrollment_id}/stop",
    access: write,
    summary: "Stop an enrollment",
    description: "No further step runs. A workflow that takes a record once at a time can then enroll it again.",
    verb: Enrollment.stop,
    writes: "workflow_enrollment_id",
    ...enrollment,
  }),
  ...buildListOperations({
    name: "listWorkflowEnrollments",
    path: "/workflow-enrollments",
    tag,
    access: read,
    summary: "List enrollments in workflows",
    verb: Workflow.listAllEnrollments,
    output: recordSchema("WorkflowEnrollmentRow", Workflow.EnrollmentRow),
    links: linksFor(Enrollments),
  }),
  operation({
    name: "getWorkflowEnrollment",
    method: "GET",
    path: "/workflow-enrollments/{id}",
    access: read,
    summary: "Read an enrollment with what its steps did",
    verb: Workflow.getEnrollment,
    ...enrollment,
  }),
  ...playbooks,
] as const;

export const workflows = defineApiFunction(operations, {
  uses: ["domains", "operations", "outbound", "seal", "objects:records:get"],
});
