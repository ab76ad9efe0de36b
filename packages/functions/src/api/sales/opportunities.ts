import { Quotes } from "@crm/core/agreements/quote/quote.entity.ts";
import { quoteGrants } from "@crm/core/agreements/quote/quote.kind.ts";
import { Quote } from "@crm/core/agreements/quote/quote.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { OpportunityHistory } from "@crm/core/sales/opportunity/history.ts";
import { Moves } from "@crm/core/sales/opportunity/moves.ts";
import { Competitor, Line, Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { OPPORTUNITY, opportunityGrants, opportunityStageGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
import { Parts } from "@crm/core/sales/opportunity/parts.ts";
import { OpportunityQuotes } from "@crm/core/views/opportunity-quotes.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { stageAutomations } from "../engagement/stage-automations.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildMasterDataOperations } from "../shared/master-data-operations.ts";
import { opportunityAssignments } from "./assignments.ts";
import { figuresOperations } from "./figures.ts";

const output = recordSchema("Opportunity", Opportunity.Info);
const record = {
  tag: "Opportunities",
  access: opportunityGrants.write,
  output,
  kind: "record",
  links: linksFor(Opportunities),
} as const;
const writeOptions = { tag: "Opportunities", access: opportunityGrants.write } as const;
const [line, competitor] = [Line.meta({ id: "OpportunityLine" }), Competitor.meta({ id: "OpportunityCompetitor" })];

/** Operations that move an opportunity between stages, and on its products and competitors. */
const lifecycleOperations = [
  operation({
    name: "moveOpportunity",
    method: "PATCH",
    path: "/opportunities/{id}/stage",
    summary: "Move an opportunity to another stage",
    description:
      "To the next stage, or back with a reason; `fields` can supply values that the stage still requires. From the last open " +
      "stage it can be won or lost.",
    verb: Moves.changeStage,
    ...record,
  }),
  operation({
    name: "winOpportunity",
    method: "POST",
    path: "/opportunities/{id}/win",
    summary: "Win an opportunity",
    description: "From any open stage. The opportunity must have a customer and an amount.",
    dialog: {
      title: "Mark as won",
      effect: "The opportunity closes as won with its present amount.",
      done: "{record} was won.",
    },
    verb: Moves.win,
    ...record,
  }),
  operation({
    name: "loseOpportunity",
    method: "POST",
    path: "/opportunities/{id}/lose",
    summary: "Lose an opportunity",
    dialog: {
      title: "Mark as lost",
      effect: "The opportunity closes as lost. You can reopen it later.",
      done: "{record} was lost.",
      inputs: { competitor_id: { itemOf: "competitors" } },
    },
    verb: Moves.lose,
    ...record,
  }),
  operation({
    name: "reopenOpportunity",
    method: "POST",
    path: "/opportunities/{id}/reopen",
    summary: "Reopen an opportunity that is won or lost",
    dialog: {
      title: "Reopen opportunity",
      effect: "The opportunity becomes open again, in the stage that you choose.",
      done: "{record} was reopened.",
    },
    verb: Moves.reopen,
    ...record,
  }),
  operation({
    name: "listOpportunityHistory",
    method: "GET",
    path: "/opportunities/{id}/history",
    summary: "List the history of stages and amounts of an opportunity",
    description: "Newest first: each change of stage, amount, probability, close date and owner.",
    tag: "Opportunities",
    access: opportunityGrants.read,
    verb: OpportunityHistory.list,
    output: rowSchema("OpportunityHistory", OpportunityHistory.Info),
    kind: "list",
    links: linksFrom({ self: "/opportunities/{opportunity_id}/history", opportunity: "/opportunities/{opportunity_id}" }),
  }),
  operation({
    name: "listOpportunityQuotes",
    method: "GET",
    path: "/opportunities/{id}/quotes",
    summary: "List the quotes of an opportunity",
    tag: "Quotes",
    access: quoteGrants.read,
    verb: OpportunityQuotes.listByOpportunity,
    output: recordSchema("QuoteRow", Quote.Row),
    kind: "list",
    links: linksFor(Quotes),
  }),
  operation({
    name: "listOpportunityProducts",
    method: "GET",
    path: "/opportunities/{id}/products",
    summary: "List the products of an opportunity",
    tag: "Opportunities",
    access: opportunityGrants.read,
    verb: Parts.listLines,
    output: z.array(line),
  }),
  operation({
    name: "addOpportunityProduct",
    method: "POST",
    path: "/opportunities/{id}/products",
    summary: "Add a product to an opportunity",
    description: "The amount of the opportunity is recalculated, unless it was set by hand.",
    verb: Parts.addLine,
    status: 201,
    output: line,
    ...writeOptions,
  }),
  operation({
    name: "replaceOpportunityProduct",
    method: "PUT",
    path: "/opportunities/{id}/products/{line_id}",
    summary: "Replace a product of an opportunity",
    verb: Parts.replaceLine,
    output: line,
    ...writeOptions,
  }),
  operation({
    name: "removeOpportunityProduct",
    method: "DELETE",
    path: "/opportunities/{id}/products/{line_id}",
    summary: "Remove a product from an opportunity",
    verb: Parts.removeLine,
    ...record,
  }),
  operation({
    name: "listCompetitors",
    method: "GET",
    path: "/opportunities/{id}/competitors",
    summary: "List the competitors for an opportunity",
    tag: "Opportunities",
    access: opportunityGrants.read,
    verb: Parts.listCompetitors,
    output: z.array(competitor),
  }),
  operation({
    name: "addCompetitor",
    method: "POST",
    path: "/opportunities/{id}/competitors",
    summary: "Add a competitor to an opportunity",
    verb: Parts.addCompetitor,
    status: 201,
    output: competitor,
    ...writeOptions,
  }),
  operation({
    name: "replaceCompetitor",
    method: "PUT",
    path: "/opportunities/{id}/competitors/{competitor_id}",
    summary: "Replace a competitor of an opportunity",
    verb: Parts.replaceCompetitor,
    output: competitor,
    ...writeOptions,
  }),
  operation({
    name: "removeCompetitor",
    method: "DELETE",
    path: "/opportunities/{id}/competitors/{competitor_id}",
    summary: "Remove a competitor from an opportunity",
    verb: Parts.removeCompetitor,
    ...record,
  }),
] as const;

const operations = [
  ...lifecycleOperations,
  ...opportunityAssignments,
  ...buildFollowOperations("Opportunity", OPPORTUNITY),
  ...crud({
    noun: "Opportunity",
    plural: "Opportunities",
    tag: "Opportunities",
    path: "/opportunities",
    read: opportunityGrants.read,
    write: opportunityGrants.write,
    remove: opportunityGrants.delete,
    domain: Opportunity,
    output,
    row: recordSchema("OpportunityRow", Opportunity.Row),
    links: linksFor(Opportunities),
  }),
  buildExportOperation(
    "exportOpportunities",
    "opportunities",
    "Opportunities",
    opportunityGrants.read,
    Opportunity.listDefinition,
  ),
  buildImportOperation(
    "importOpportunities",
    "opportunities",
    "Opportunities",
    opportunityGrants.write,
    "Each row is an opportunity. Its customer is given by id, number or name; a product creates a line whose price is the amount. " +
      "With `historic`, rows can be closed: `closed_date`.",
    async () => (await import("@crm/core/accounts/party/opportunity.import.ts")).opportunities,
  ),
  ...buildMasterDataOperations({
    kind: OPPORTUNITY_STAGES,
    noun: "OpportunityStage",
    plural: "OpportunityStages",
    path: "/opportunities/stages",
    tag: "Opportunities",
    read: opportunityGrants.read,
    write: opportunityStageGrants.manage,
  }),
  ...buildActivityOperations("Opportunity", "/opportunities", createRecordActivities(Opportunities)),
  ...stageAutomations,
  ...figuresOperations,
] as const;

export const opportunities = defineApiFunction(operations, { uses: ["domains", "objects:uploads:put", "objects:uploads:get"] });
