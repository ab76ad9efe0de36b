import { OpportunityActivities } from "@crm/core/opportunity/activities.ts";
import { OpportunityHistory } from "@crm/core/opportunity/history.ts";
import { Moves } from "@crm/core/opportunity/moves.ts";
import { opportunityGrants, opportunityStageGrants } from "@crm/core/opportunity/opportunity.domain.ts";
import { Competitor, Line } from "@crm/core/opportunity/opportunity.entity.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/opportunity/opportunity.masters.ts";
import { Opportunity } from "@crm/core/opportunity/opportunity.ts";
import { Parts } from "@crm/core/opportunity/products.ts";
import { quoteGrants } from "@crm/core/quote/quote.domain.ts";
import { Quote } from "@crm/core/quote/quote.ts";
import { QuotesOf } from "@crm/core/views/quotes-of.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { opportunityAssignments } from "./assignments.ts";
import { crud } from "./crud.ts";
import { figuresOperations } from "./figures.ts";
import { exporting, importing } from "./files.ts";
import { opportunityHistoryLinks, opportunityLinks, quoteLinks } from "./links.ts";
import { mastersAt } from "./masters-at.ts";
import { stageAutomations } from "./stage-automations.ts";

const output = recordOf("Opportunity", Opportunity.Info);
const record = {
  tag: "Opportunities",
  access: opportunityGrants.write,
  output,
  kind: "record",
  links: opportunityLinks,
} as const;
const part = { tag: "Opportunities", access: opportunityGrants.write } as const;
const [line, competitor] = [Line.meta({ id: "OpportunityLine" }), Competitor.meta({ id: "OpportunityCompetitor" })];

/** The way of an opportunity from stage to stage, and what stands in it. */
const own = [
  operation({
    name: "moveOpportunity",
    method: "PATCH",
    path: "/opportunities/{id}/stage",
    summary: "Move an opportunity to another stage",
    description:
      "To the next stage, or back with a reason; what the stage requires and still lacks may come along in `fields`. From the last open " +
      "stage it may be won or lost.",
    verb: Moves.stage,
    ...record,
  }),
  operation({
    name: "winOpportunity",
    method: "POST",
    path: "/opportunities/{id}/win",
    summary: "Win an opportunity",
    description: "From any open stage. It has a customer by then, and an amount.",
    verb: Moves.win,
    ...record,
  }),
  operation({
    name: "loseOpportunity",
    method: "POST",
    path: "/opportunities/{id}/lose",
    summary: "Lose an opportunity",
    verb: Moves.lose,
    ...record,
  }),
  operation({
    name: "reopenOpportunity",
    method: "POST",
    path: "/opportunities/{id}/reopen",
    summary: "Reopen an opportunity that is won or lost",
    verb: Moves.reopen,
    ...record,
  }),
  operation({
    name: "listOpportunityHistory",
    method: "GET",
    path: "/opportunities/{id}/history",
    summary: "List the stages that an opportunity was in, and what it was worth",
    description: "Newest first: each change of stage, amount, probability, close date and owner.",
    tag: "Opportunities",
    access: opportunityGrants.read,
    verb: OpportunityHistory.list,
    output: rowOf("OpportunityHistory", OpportunityHistory.Info),
    kind: "list",
    links: opportunityHistoryLinks,
  }),
  operation({
    name: "listOpportunityQuotes",
    method: "GET",
    path: "/opportunities/{id}/quotes",
    summary: "List the quotes of an opportunity",
    tag: "Quotes",
    access: quoteGrants.read,
    verb: QuotesOf.ofOpportunity,
    output: recordOf("QuoteRow", Quote.Row),
    kind: "list",
    links: quoteLinks,
  }),
  operation({
    name: "listOpportunityProducts",
    method: "GET",
    path: "/opportunities/{id}/products",
    summary: "List the products of an opportunity",
    tag: "Opportunities",
    access: opportunityGrants.read,
    verb: Parts.lines,
    output: z.array(line),
  }),
  operation({
    name: "addOpportunityProduct",
    method: "POST",
    path: "/opportunities/{id}/products",
    summary: "Add a product to an opportunity",
    description: "The amount of the opportunity follows, unless it was set by hand.",
    verb: Parts.addLine,
    status: 201,
    output: line,
    ...part,
  }),
  operation({
    name: "replaceOpportunityProduct",
    method: "PUT",
    path: "/opportunities/{id}/products/{line_id}",
    summary: "Replace a product of an opportunity",
    verb: Parts.replaceLine,
    output: line,
    ...part,
  }),
  operation({
    name: "removeOpportunityProduct",
    method: "DELETE",
    path: "/opportunities/{id}/products/{line_id}",
    summary: "Take a product from an opportunity",
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
    verb: Parts.competitors,
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
    ...part,
  }),
  operation({
    name: "replaceCompetitor",
    method: "PUT",
    path: "/opportunities/{id}/competitors/{competitor_id}",
    summary: "Replace a competitor of an opportunity",
    verb: Parts.replaceCompetitor,
    output: competitor,
    ...part,
  }),
  operation({
    name: "removeCompetitor",
    method: "DELETE",
    path: "/opportunities/{id}/competitors/{competitor_id}",
    summary: "Take a competitor from an opportunity",
    verb: Parts.removeCompetitor,
    ...record,
  }),
] as const;

const operations = [
  ...own,
  ...opportunityAssignments,
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
    row: recordOf("OpportunityRow", Opportunity.Row),
    links: opportunityLinks,
  }),
  exporting(
    "exportOpportunities",
    "opportunities",
    "Opportunities",
    opportunityGrants.read,
    Opportunity.list.schema,
    async () => (await import("@crm/core/opportunity/opportunity.export.ts")).opportunities,
  ),
  importing(
    "importOpportunities",
    "opportunities",
    "Opportunities",
    opportunityGrants.write,
    "Each row is an opportunity; its customer is named by id, number or name, and a product makes a line whose price is the amount. " +
      "With `historic`, rows may be closed: `closed_date`.",
    async () => (await import("@crm/core/jobs/import/opportunities.ts")).opportunities,
  ),
  ...mastersAt({
    kind: OPPORTUNITY_STAGES,
    noun: "OpportunityStage",
    plural: "OpportunityStages",
    path: "/opportunities/stages",
    tag: "Opportunities",
    read: opportunityGrants.read,
    write: opportunityStageGrants.manage,
  }),
  ...activitiesAt("Opportunity", "/opportunities", OpportunityActivities),
  ...stageAutomations,
  ...figuresOperations,
] as const;

export const opportunities = serves(operations, { uses: ["domains", "objects:uploads:put", "objects:uploads:get"] });
