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
    summary: "Read what is open, by stage, owner and month of closing",
    description: "Of the opportunities that the caller sees, in the tenant's currency at the latest rates.",
    verb: Pipeline.read,
    output: Pipeline.Info.meta({ id: "Pipeline" }),
  }),
  operation({
    name: "getPipelineTrend",
    method: "GET",
    path: "/opportunities/pipeline/trend",
    tag,
    access: opportunityGrants.read,
    summary: "Read what was open at the end of each day",
    description: "Of the opportunities of those whom the caller sees, as they stood then, at the rates of these days.",
    verb: Trend.read,
    output: Trend.Info.meta({ id: "PipelineTrend" }),
  }),
  operation({
    name: "getForecast",
    method: "GET",
    path: "/opportunities/forecast",
    tag,
    access: forecastGrants.read,
    summary: "Read what the months to come will bring",
    description:
      "Of the opportunities that the caller sees: what is open weighted by its probability, and what its owners expect.",
    verb: Forecast.read,
    output: Forecast.Info.meta({ id: "Forecast" }),
  }),
  operation({
    name: "getOpportunityStats",
    method: "GET",
    path: "/opportunities/stats",
    tag,
    access: opportunityGrants.read,
    summary: "Read what opportunities come to, by what they have",
    description: "What is closed at the rate of the day on which it was, what is open at the latest rate.",
    verb: Stats.read,
    output: Stats.Info.meta({ id: "OpportunityStats" }),
  }),
  ...buildListOperations({
    name: "listForecastSubmissions",
    path: "/opportunities/forecast/submissions",
    access: forecastGrants.read,
    summary: "List what owners expect of months",
    verb: Submission.list,
    output: recordSchema("ForecastSubmissionRow", Submission.Row),
    ...commonOptions,
  }),
  operation({
    name: "submitForecast",
    method: "PUT",
    path: "/opportunities/forecast/submissions",
    access: forecastGrants.submit,
    summary: "Say what to expect of a month",
    description: "Once for an owner and a month; again, it replaces what was said. Who leads the owner speaks beside them.",
    verb: Submission.submit,
    ...record,
  }),
  operation({
    name: "getForecastSubmission",
    method: "GET",
    path: "/opportunities/forecast/submissions/{id}",
    access: forecastGrants.read,
    summary: "Read what an owner expects of a month",
    verb: Submission.get,
    ...record,
  }),
] as const;
