import * as z from "zod";
import { campaignGrants } from "../../engagement/campaign/campaign.kind.ts";
import { CampaignPerformance } from "../../engagement/campaign/performance.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { Definition } from "./definition.ts";
import { findReadyReport, type ReadyReport, type ReadyReportKey, readyReportKeys } from "./ready-reports.ts";
import { Report } from "./report.ts";
import { findReadPermission } from "./source.ts";

/** The reports that every tenant has from the beginning, with the rows that the caller sees. */

const infoShape = {
  key: oneOf(readyReportKeys),
  name: z.string(),
  description: z.string(),
  kind: z.string().nullable().describe("The kind of the records; null for campaigns, whose figures come from counters"),
  definition: Definition.nullable().describe(
    "With `name` and `kind` the body of `POST /analytics/reports` for a report of one's own",
  ),
};

export const Info = z.object(infoShape).meta({ id: "ReadyReport" });
export const InfoList = z.object({ reports: z.array(Info) });
export const Result = z.object({ ...infoShape, ...Report.PreviewResult.omit({ definition: true }).shape });

const present = (key: ReadyReportKey, report: ReadyReport): z.output<typeof Info> => {
  const { name, description } = report;
  if ("computed" in report) return { key, name, description, kind: null, definition: null };
  return { key, name, description, kind: report.kind, definition: Definition.parse(report.definition) };
};

const isReadable = async (report: ReadyReport): Promise<boolean> => {
  if ("computed" in report) return hasPermission(campaignGrants.read);
  const permission = await findReadPermission(report.kind);
  return permission !== undefined && hasPermission(permission);
};

/** Lists the reports whose records the caller may read. */
export const list = fn(z.strictObject({}), async (): Promise<z.output<typeof InfoList>> => {
  const reports = await Promise.all(
    readyReportKeys.map(async (key) => {
      const report = findReadyReport(key);
      return (await isReadable(report)) ? [present(key, report)] : [];
    }),
  );
  return { reports: reports.flat() };
});

/** Evaluates a report at once: over all records by columns, or else over the first 20,000. */
export const read = fn(z.strictObject({ key: oneOf(readyReportKeys) }), async ({ key }) => {
  const report = findReadyReport(key);
  const info = present(key, report);
  if (!(await isReadable(report))) throw forbidden("Your role cannot read these records");
  if (info.kind === null || info.definition === null) return { ...info, ...(await readCampaigns()) };
  const { definition: _definition, ...result } = await Report.preview({
    definition: { name: info.name, kind: info.kind, visibility: "PRIVATE", ...info.definition },
  });
  return { ...info, ...result };
});

const campaignColumns = ["id", "name", "status", "currency", "budget", "actual_cost", "revenue_generated"] as const;
const campaignNumbers = ["impressions", "clicks", "conversions", "roi"] as const;

/** Returns the campaigns in progress, each with amounts in its own currency. */
async function readCampaigns() {
  const { campaigns, is_complete } = await CampaignPerformance.compare({ status: "IN_PROGRESS" });
  const rows = campaigns.map((campaign) =>
    Object.fromEntries([...campaignColumns, ...campaignNumbers].map((column) => [column, campaign[column]])),
  );
  const shown = { rows, totals: null, row_count: rows.length, unconverted: [] };
  return { ...shown, as_of: Clock.now(), status: "ready" as const, is_partial: !is_complete };
}

export * as ReadyReports from "./ready-report.ts";
