import { Conversion } from "@crm/core/conversion/convert.ts";
import { LeadActivities } from "@crm/core/lead/activities.ts";
import { Assignment } from "@crm/core/lead/assignment.ts";
import { LeadDays } from "@crm/core/lead/days.ts";
import { History } from "@crm/core/lead/history.ts";
import { leadGrants, leadSourceGrants } from "@crm/core/lead/lead.domain.ts";
import { LEAD_SOURCES } from "@crm/core/lead/lead.masters.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import { Scoring } from "@crm/core/lead/scoring.ts";
import { Summary } from "@crm/core/lead/summary.ts";
import { Score } from "@crm/core/score/score.ts";
import { LeadScore } from "@crm/core/views/lead-score.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { exporting, importing } from "./files.ts";
import { assignmentLinks, conversionLinks, leadLinks, scoreLinks } from "./links.ts";
import { mastersAt } from "./masters-at.ts";

const lead = { output: recordOf("Lead", Lead.Info), kind: "record", links: leadLinks } as const;

const score = LeadScore.Info.meta({ id: "ScoreOfLead" });

const operations = [
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
    row: recordOf("LeadRow", Lead.Row),
    links: leadLinks,
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
      "Makes or finds the customer and the contact, makes or joins the opportunity, and a task to follow up: all or nothing, and " +
      "once. What the lead lacks is a 422 with a detail for each; a reason passes over score and BANT. Activities, interactions " +
      "and contacts of the lead follow at once, in the background.",
    verb: Conversion.convert,
    output: Conversion.Info,
  }),
  operation({
    name: "getLeadConversion",
    method: "GET",
    path: "/leads/{id}/conversion",
    tag: "Leads",
    access: leadGrants.read,
    summary: "Read what a lead was converted to, and by which rule",
    verb: Conversion.get,
    output: recordOf("Conversion", Conversion.Shown),
    kind: "record",
    links: conversionLinks,
  }),
  operation({
    name: "getLeadScore",
    method: "GET",
    path: "/leads/{id}/score",
    tag: "Leads",
    access: leadGrants.read,
    summary: "Read the score of a lead, and what it is made of",
    description: "What the lead has, and point by point what it would be made of now. Both models can be asked for.",
    verb: LeadScore.get,
    output: score,
  }),
  operation({
    name: "setLeadScore",
    method: "POST",
    path: "/leads/{id}/score",
    tag: "Leads",
    access: leadGrants.write,
    summary: "Make the score of a lead anew, or set it by hand",
    description: "With `lead_score` and a reason it is set by hand, and stays until `lead_score: null` clears it.",
    verb: LeadScore.change,
    output: score,
  }),
  operation({
    name: "listLeadScores",
    method: "GET",
    path: "/leads/{id}/scores",
    tag: "Leads",
    access: leadGrants.read,
    summary: "List the scores that a lead was given",
    description: "After its first, newest first, each with what it was made of and the version of the rule that made it.",
    verb: Scoring.history,
    output: rowOf("LeadScore", Score.Info),
    kind: "list",
    links: scoreLinks,
  }),
  operation({
    name: "assignLeads",
    method: "POST",
    path: "/leads/assign",
    tag: "Leads",
    access: leadGrants.assign,
    summary: "Give leads to users",
    description:
      "To one user, dealt out to several in turn or by load, or as the rule of the tenant says. The answer has a result for each lead.",
    verb: Assignment.assignAll,
    output: Assignment.Results,
  }),
  operation({
    name: "listLeadAssignments",
    method: "GET",
    path: "/leads/{id}/assignments",
    tag: "Leads",
    access: leadGrants.read,
    summary: "List who was given a lead",
    description: "Newest first: from whom, to whom, how and why. An owner named when the lead was made is not among them.",
    verb: Assignment.history,
    output: rowOf("LeadAssignment", History.Info),
    kind: "list",
    links: assignmentLinks,
  }),
  importing(
    "importLeads",
    "leads",
    "Leads",
    leadGrants.write,
    "Each row is a lead; its person is found or made.",
    async () => (await import("@crm/core/lead/lead.import.ts")).leads,
  ),
  exporting(
    "exportLeads",
    "leads",
    "Leads",
    leadGrants.read,
    Lead.list.schema,
    async () => (await import("@crm/core/lead/lead.export.ts")).leads,
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
    summary: "Read how many leads were made and converted each day",
    description: "In the tenant's time zone, of the leads of those whom the caller sees. Days are taken once they are over.",
    verb: LeadDays.read,
    output: LeadDays.Info.meta({ id: "LeadDays" }),
  }),
  operation({
    name: "getLeadConversionSummary",
    method: "GET",
    path: "/leads/conversion-summary",
    tag: "Leads",
    access: leadGrants.summary,
    summary: "Sum up leads and conversions",
    description:
      "How many leads were created, how many of them were converted and in how many days: by month, source, owner or product " +
      "line; or how many were converted in each month. Of the leads that the caller sees; deleted leads are not in it.",
    verb: Summary.read,
    output: Summary.Info,
  }),
  ...activitiesAt("Lead", "/leads", LeadActivities),
  ...mastersAt({
    kind: LEAD_SOURCES,
    noun: "LeadSource",
    plural: "LeadSources",
    path: "/leads/sources",
    tag: "Leads",
    read: leadGrants.read,
    write: leadSourceGrants.manage,
  }),
];

export const leads = serves(operations, { uses: ["seal", "objects:uploads:put", "objects:uploads:get"] });
