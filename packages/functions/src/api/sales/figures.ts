import { forecastGrants } from "@crm/core/sales/figures/figures.kind.ts";
import { Forecast } from "@crm/core/sales/figures/forecast.ts";
import { Pipeline } from "@crm/core/sales/figures/pipeline.ts";
import { Stats } from "@crm/core/sales/figures/stats.ts";
import { Submissions } from "@crm/core/sales/figures/submission.entity.ts";
import { Submission } from "@crm/core/sales/figures/submission.ts";
import { Trend } from "@crm/core/sales/figures/trend.ts";
import { opportunityGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const tag = "Opportunities";
const commonOptions = { tag, links: linksFor(Submissions) };
const record = { ...commonOptions, output: recordSchema("ForecastSubmission", Submission.Info), kind: "record" } as const;

/** Pipeline, forecast and other figures of opportunities, in the `opportunities` function. */
export const figuresOperations = [
  operation({
    name: "getPipeline",
    method: "GET",
    path: "/opportunities/pipeline",
    tag,
    access: opportunityGrants.read,
    summary: "Read the pipeline by stage, owner and closing month",
    description: "Open opportunities that the caller can see, in the tenant's currency at the latest rates.",
    verb: Pipeline.read,
    output: Pipeline.Info.meta({ id: "Pipeline" }),
    inBatch: true,
  }),
  operation({
    name: "getPipelineTrend",
    method: "GET",
    path: "/opportunities/pipeline/trend",
    tag,
    access: opportunityGrants.read,
    summary: "Read the pipeline at the end of each day",
    description: "Opportunities of owners whose records the caller can see, as they were on each day, at the rates of that day.",
    verb: Trend.read,
    output: Trend.Info.meta({ id: "PipelineTrend" }),
  }),
  operation({
    name: "getForecast",
    method: "GET",
    path: "/opportunities/forecast",
    tag,
    access: forecastGrants.read,
    summary: "Read the forecast for the coming months",
    description:
      "For the opportunities that the caller can see: open amounts weighted by probability, and the expectations of their owners.",
    verb: Forecast.read,
    output: Forecast.Info.meta({ id: "Forecast" }),
  }),
  operation({
    name: "getOpportunityStats",
    method: "GET",
    path: "/opportunities/stats",
    tag,
    access: opportunityGrants.read,
    summary: "Read the totals of opportunities, grouped by their properties",
    description: "Closed opportunities use the rate of their closing day, open ones the latest rate.",
    verb: Stats.read,
    output: Stats.Info.meta({ id: "OpportunityStats" }),
  }),
  ...buildListOperations({
    name: "listForecastSubmissions",
    path: "/opportunities/forecast/submissions",
    access: forecastGrants.read,
    summary: "List forecast submissions",
    verb: Submission.list,
    output: recordSchema("ForecastSubmissionRow", Submission.Row),
    ...commonOptions,
  }),
  operation({
    name: "submitForecast",
    method: "PUT",
    path: "/opportunities/forecast/submissions",
    access: forecastGrants.submit,
    summary: "Submit a forecast for a month",
    description: "One for each owner and month; submitting again replaces it. The submission of the owner's manager is separate.",
    verb: Submission.submit,
    ...record,
  }),
  operation({
    name: "getForecastSubmission",
    method: "GET",
    path: "/opportunities/forecast/submissions/{id}",
    access: forecastGrants.read,
    summary: "Read a forecast submission",
    verb: Submission.get,
    ...record,
  }),
] as const;
