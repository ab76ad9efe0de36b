import { Conversion } from "@crm/core/accounts/conversion/lead-conversion.ts";
import { ConversionPreview } from "@crm/core/accounts/conversion/preview.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Assignment } from "@crm/core/sales/lead/assignment.ts";
import { LeadDays } from "@crm/core/sales/lead/daily-report.ts";
import { History } from "@crm/core/sales/lead/history.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD, leadGrants, leadSourceGrants } from "@crm/core/sales/lead/lead.kind.ts";
import { LEAD_SOURCES } from "@crm/core/sales/lead/lead.masters.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Scoring } from "@crm/core/sales/lead/scoring.ts";
import { Summary } from "@crm/core/sales/lead/summary.ts";
import { Score } from "@crm/core/sales/scoring/score.ts";
import { LeadScore } from "@crm/core/views/lead-score.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperationWith, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildMasterDataOperations } from "../shared/master-data-operations.ts";

const lead = { output: recordSchema("Lead", Lead.Info), kind: "record", links: linksFor(Leads) } as const;

const score = LeadScore.Info.meta({ id: "ScoreOfLead" });

const operations = [
  ...buildFollowOperations("Lead", LEAD),
  ...crud({
    noun: "Lead",
    plural: "Leads",
    tag: "Leads",
    path: "/leads",
    read: leadGrants.read,
    write: leadGrants.write,
    remove: leadGrants.delete,
    domain: Lead,
    output: lead.output,
    row: recordSchema("LeadRow", Lead.Row),
    links: linksFor(Leads),
  }),
  operation({
    name: "setLeadStatus",
    method: "PATCH",
    path: "/leads/{id}/status",
    tag: "Leads",
    access: leadGrants.write,
    summary: "Set the status of a lead",
    verb: Lead.setStatus,
    ...lead,
  }),
  operation({
    name: "convertLead",
    method: "POST",
    path: "/leads/{id}/convert",
    tag: "Leads",
    access: leadGrants.convert,
    summary: "Convert a lead",
    description:
      "Creates or finds the customer and the contact, creates or joins the opportunity, and creates a follow-up task: all or nothing, and " +
      "only once. If data is missing, the lead stays as it is and each missing field is named. A reason makes up for a low score and for " +
      "missing budget, authority, need or timeline. Activities, interactions and contacts of the lead follow in the background.",
    verb: Conversion.convert,
    output: Conversion.Info,
  }),
  operation({
    name: "previewLeadConversion",
    method: "GET",
    path: "/leads/{id}/conversion-preview",
    tag: "Leads",
    access: leadGrants.convert,
    summary: "Preview the conversion of a lead",
    description:
      "Which customer, contact, opportunity and task a conversion would create or use, and what is missing. Writes nothing.",
    verb: ConversionPreview.preview,
    output: ConversionPreview.Info.meta({ id: "ConversionPreview" }),
  }),
  operation({
    name: "getLeadConversion",
    method: "GET",
    path: "/leads/{id}/conversion",
    tag: "Leads",
    access: leadGrants.read,
    summary: "Read the conversion of a lead, and its rule",
    verb: Conversion.get,
    output: recordSchema("Conversion", Conversion.ConversionView),
    kind: "record",
    links: linksFrom({
      self: "/leads/{lead_id}/conversion",
      lead: "/leads/{lead_id}",
      customer: "/customers/{customer_id}",
      contact: "/contacts/{contact_id}",
      opportunity: "/opportunities/{opportunity_id}",
      follow_up: "/activities/{follow_up_activity_id}",
    }),
  }),
  operation({
    name: "getLeadScore",
    method: "GET",
    path: "/leads/{id}/score",
    tag: "Leads",
    access: leadGrants.read,
    summary: "Read the score of a lead, with its components",
    description: "The stored score, and each component that it would have now. Both models can be requested.",
    verb: LeadScore.get,
    output: score,
  }),
  operation({
    name: "setLeadScore",
    method: "POST",
    path: "/leads/{id}/score",
    tag: "Leads",
    access: leadGrants.write,
    summary: "Recalculate the score of a lead, or set it by hand",
    description: "A score with a reason stays until you clear it. Without a score, it is computed from the facts.",
    verb: LeadScore.change,
    output: score,
  }),
  operation({
    name: "listLeadScores",
    method: "GET",
    path: "/leads/{id}/scores",
    tag: "Leads",
    access: leadGrants.read,
    summary: "List the score history of a lead",
    description: "Scores after the first one, newest first, each with its components and the version of its rule.",
    verb: Scoring.listHistory,
    output: rowSchema("LeadScore", Score.Info),
    kind: "list",
    links: linksFrom({ self: "/leads/{lead_id}/scores", lead: "/leads/{lead_id}" }),
  }),
  operation({
    name: "assignLeads",
    method: "POST",
    path: "/leads/assign",
    tag: "Leads",
    access: leadGrants.assign,
    summary: "Assign leads to users",
    description: "To one user, to several in turn or by load, or by the rule of the organization. Each lead has its own result.",
    verb: Assignment.assignAll,
    output: Assignment.Results,
  }),
  operation({
    name: "listLeadAssignments",
    method: "GET",
    path: "/leads/{id}/assignments",
    tag: "Leads",
    access: leadGrants.read,
    summary: "List the assignments of a lead",
    description:
      "Newest first: from whom, to whom, how and why. An owner that was set at the creation of the lead is not included.",
    verb: Assignment.listHistory,
    output: rowSchema("LeadAssignment", History.Info),
    kind: "list",
    links: linksFrom({
      self: "/leads/{lead_id}/assignments",
      lead: "/leads/{lead_id}",
      from: "/users/{from_owner_id}",
      to: "/users/{to_owner_id}",
    }),
  }),
  buildImportOperation(
    "importLeads",
    "leads",
    "Leads",
    leadGrants.write,
    "Each row is a lead; its person is found or created.",
    async () => (await import("@crm/core/sales/lead/lead.import.ts")).leads,
  ),
  buildExportOperationWith(
    async () => (await import("@crm/core/sales/lead/lead.export.ts")).leads,
    "exportLeads",
    "leads",
    "Leads",
    leadGrants.read,
    Lead.list.schema,
  ),
  operation({
    name: "describeProductLines",
    method: "GET",
    path: "/leads/product-lines",
    tag: "Leads",
    access: leadGrants.read,
    summary: "Describe the product lines",
    description: "The present version of each line's detail and its JSON Schema, so that a form can be built from it.",
    verb: Lead.describeLines,
    output: Lead.Lines,
  }),
  operation({
    name: "getLeadDays",
    method: "GET",
    path: "/leads/days",
    tag: "Leads",
    access: leadGrants.summary,
    summary: "Read how many leads were created and converted each day",
    description:
      "In the tenant's time zone, for leads of owners whose records the caller can see. A day is included once it is over.",
    verb: LeadDays.read,
    output: LeadDays.Info.meta({ id: "LeadDays" }),
  }),
  operation({
    name: "getLeadConversionSummary",
    method: "GET",
    path: "/leads/conversion-summary",
    tag: "Leads",
    access: leadGrants.summary,
    summary: "Summarize leads and conversions",
    description:
      "How many leads were created, how many of them were converted, and after how many days: by month, source, owner or product " +
      "line; or conversions by month. For the leads that the caller can see; deleted leads are excluded.",
    verb: Summary.read,
    output: Summary.Info,
  }),
  ...buildActivityOperations("Lead", "/leads", createRecordActivities(Leads)),
  ...buildMasterDataOperations({
    kind: LEAD_SOURCES,
    noun: "LeadSource",
    plural: "LeadSources",
    path: "/leads/sources",
    tag: "Leads",
    read: leadGrants.read,
    write: leadSourceGrants.manage,
  }),
];

export const leads = defineApiFunction(operations, {
  uses: ["seal", "objects:uploads:put", "objects:uploads:get", "objects:records:get"],
});
