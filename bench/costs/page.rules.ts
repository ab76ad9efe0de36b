import {
  archiveObject,
  type BillLine,
  buildArchiveLines,
  buildBill,
  buildDashboardLines,
  buildFixedLines,
  type CostChoices,
  chooseTableClass,
  computeTotal,
  type Measurements,
  sumDollars,
  type TableClass,
} from "./bill.rules.ts";
import { defaultRegion, pricesByRegion, type Region, regions, verification } from "./prices.ts";
import { fixedResources, tenantModel } from "./tenant-model.ts";

/** The page of costs (docs/costs.md): measurements, and a monthly bill computed from them. */

/**
 * A measured row: read units, write units, items, bytes in the table and in its indexes, audit bytes in both, and calls of functions before and after
 * the answer.
 */
export type MeasuredRow = readonly [name: string, ...figures: number[]];

/** Figures of a measured row. */
export const FIGURE_COUNT = 9;

const TABLE_HEAD =
  "| written | read units | write units | items | bytes, table | bytes, indexes | of audit, table | of audit, indexes | calls before the answer | calls after it |\n" +
  `|---|${"---:|".repeat(FIGURE_COUNT)}\n`;

/** Parses a page's rows of figures, by the name at their beginning. */
export const parseRows = (page: string, figures: number): Map<string, number[]> =>
  new Map(
    [...page.matchAll(new RegExp(`^\\| ([^|]+?) ((?:\\| [\\d.]+ ){${figures}})\\|$`, "gm"))].map(([, name = "", cells = ""]) => [
      name,
      cells.split("|").slice(1).map(Number),
    ]),
  );

/** Parses the measurements in both pages. */
export function parseMeasurements(accesses: string, costs: string): Measurements {
  const requireRow = (rows: Map<string, number[]>, name: string): number[] => {
    const row = rows.get(name);
    if (!row) throw new Error(`No row for “${name}”: run npm run units and npm run costs`);
    return row;
  };
  const [units, wholes] = [parseRows(accesses, 3), parseRows(costs, FIGURE_COUNT)];
  return {
    access(name) {
      const [read = 0, write = 0] = requireRow(units, name);
      return { read, write };
    },
    wholeWrite(name) {
      const [read = 0, write = 0, , table = 0, indexes = 0, auditTable = 0, auditIndexes = 0] = requireRow(wholes, name);
      return { read, write, table, indexes, auditTable, auditIndexes };
    },
  };
}

export const formatMeasurements = (rows: readonly MeasuredRow[]): string =>
  TABLE_HEAD + rows.map((row) => `| ${row.join(" | ")} |\n`).join("");

/** The recount is due one night after each 200,000 records (recount-nightly.ts). The model has a lead, its person and ten interactions. */
const RECOUNTS_PER_MONTH = Number((30.4 / ((2 * tenantModel.leads + tenantModel.interactions) / 200_000)).toFixed(2));

const deployedChoices: CostChoices = {
  tableClass: "infrequent",
  hasFirewall: true,
  hasDashboard: false,
  isTraced: false,
  hasColumns: true,
  auditDays: 90,
  interactionDays: 365,
  recountsPerMonth: RECOUNTS_PER_MONTH,
};
const unarchived: CostChoices = { ...deployedChoices, interactionDays: undefined };
const variants: readonly (readonly [name: string, CostChoices])[] = [
  ["as deployed", deployedChoices],
  ["without the firewall", { ...deployedChoices, hasFirewall: false }],
  ["the standard class of the table", { ...deployedChoices, tableClass: "standard" }],
  ["with the dashboard", { ...deployedChoices, hasDashboard: true }],
  ["without columns", { ...deployedChoices, hasColumns: false }],
  ["without columns and the firewall", { ...deployedChoices, hasColumns: false, hasFirewall: false }],
  ["with traces", { ...deployedChoices, isTraced: true }],
  ["the recount once a week", { ...deployedChoices, recountsPerMonth: 4.35 }],
  ["all interactions in the table", unarchived],
  ["the same, without the firewall", { ...unarchived, hasFirewall: false }],
  ["without the firewall, and audit entries for 30 days", { ...deployedChoices, hasFirewall: false, auditDays: 30 }],
];

/** Requests of a user in a minute, and the targets for a month with and without the firewall, including fixed costs. */
const loads = [
  { perMinute: 0, name: "at rest", target: { firewall: 30, bare: 20 } },
  { perMinute: 2, name: "2 requests", target: { firewall: 50, bare: 40 } },
  { perMinute: 20, name: "20 requests" },
] as const;

const formatDollars = (amount: number): string => amount.toFixed(2);
const formatTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${[head, ["---", ...head.slice(1).map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;

function formatMonth(region: Region, measured: Measurements): string {
  const bills = loads.map(({ perMinute }) => buildBill(pricesByRegion[region], measured, deployedChoices, perMinute));
  const [first = []] = bills;
  const rows = first.map(({ name }, index) => [
    name,
    ...bills.flatMap((lines) => [lines[index]?.amount ?? "", formatDollars(lines[index]?.dollars ?? 0)]),
  ]);
  const sums = ["**sum**", ...bills.flatMap((lines) => ["", `**${formatDollars(sumDollars(lines))}**`])];
  return formatTable(["", ...loads.flatMap(({ name }) => [name, "$"])], [...rows, sums]);
}

function formatFixedCosts(region: Region): string {
  const lines = buildFixedLines(pricesByRegion[region], deployedChoices);
  return formatTable(
    ["", "number", "$"],
    [
      ...lines.map(({ name, amount, dollars: cost }) => [name, amount, formatDollars(cost)]),
      ["**sum**", "", `**${formatDollars(sumDollars(lines))}**`],
    ],
  );
}

function formatVariants(measured: Measurements): string {
  const head = ["", ...regions.flatMap((region) => loads.map(({ name }) => `${region}, ${name}`))];
  const rows = variants.map(([name, choices]) => [
    name,
    ...regions.flatMap((region) =>
      loads.map(({ perMinute }) => formatDollars(computeTotal(pricesByRegion[region], measured, choices, perMinute))),
    ),
  ]);
  return formatTable(head, rows);
}

const pickLargest = (lines: readonly BillLine[]): BillLine[] => [...lines].sort((a, b) => b.dollars - a.dollars).slice(0, 3);

/** Describes by how much each target is missed, the largest items of its bill, and what the archive of interactions changes. */
function formatTargets(measured: Measurements): string {
  const prices = pricesByRegion[defaultRegion];
  const lines = loads.flatMap((load) => {
    if (!("target" in load)) return [];
    return (["firewall", "bare"] as const).map((kind) => {
      const hasFirewall = kind === "firewall";
      const target = load.target[kind];
      const name = `${load.name}, ${hasFirewall ? "with" : "without"} the firewall`;
      const choices = { ...deployedChoices, hasFirewall };
      const total = computeTotal(prices, measured, choices, load.perMinute);
      const largest = pickLargest(buildBill(prices, measured, choices, load.perMinute))
        .map((line) => `${line.name} ${formatDollars(line.dollars)}`)
        .join(", ");
      const whole = computeTotal(prices, measured, { ...unarchived, hasFirewall }, load.perMinute);
      const outcome = total <= target ? "is reached" : `is exceeded by ${formatDollars(total - target)}`;
      const archiveText = `With all interactions in the table: ${formatDollars(whole)} $.`;
      return `- ${name}: ${formatDollars(total)} $. The target of ${target} ${outcome}. ${archiveText} The largest items are ${largest}.`;
    });
  });
  return `${lines.join("\n")}\n`;
}

function formatArchive(measured: Measurements): string {
  const lines = buildArchiveLines(pricesByRegion[defaultRegion], measured, deployedChoices.tableClass);
  return formatTable(
    ["", "number", "$"],
    [
      ...lines.map(({ name, amount, dollars }) => [name, amount, formatDollars(dollars)]),
      ["**sum**", "", `**${formatDollars(sumDollars(lines))}**`],
    ],
  );
}

function formatDashboard(measured: Measurements): string {
  const lines = buildDashboardLines(pricesByRegion[defaultRegion], measured, deployedChoices);
  return formatTable(
    ["", "number", "$"],
    [
      ...lines.map(({ name, amount, dollars }) => [name, amount, formatDollars(dollars)]),
      ["**sum**", "", `**${formatDollars(sumDollars(lines))}**`],
    ],
  );
}

const classNames: Readonly<Record<TableClass, string>> = { standard: "standard", infrequent: "infrequent access" };

function formatTableClasses(measured: Measurements): string {
  const rows = regions.map((region) => [
    region,
    ...loads.map(({ perMinute }) => classNames[chooseTableClass(pricesByRegion[region], measured, deployedChoices, perMinute)]),
  ]);
  return formatTable(["the cheaper class", ...loads.map(({ name }) => name)], rows);
}

function formatPrices(): string {
  const million = (price: number): string => `${Number((price * 1e6).toFixed(5))} / million`;
  const rows = (region: Region): [name: string, text: string][] => {
    const { dynamodb, lambda, httpApi, cloudFront, waf, s3, eventBridge, cloudWatch, xray, kms } = pricesByRegion[region];
    return [
      ...(["standard", "infrequent"] as const).flatMap((tableClass): [string, string][] => [
        [
          `DynamoDB, ${tableClass} class: write units, read units`,
          `${million(dynamodb[tableClass].write)}, ${million(dynamodb[tableClass].read)}`,
        ],
        [`its storage in the ${tableClass} class, a GB`, String(dynamodb[tableClass].gb)],
      ]),
      ["recovery to any second, a GB of the table without its indexes", String(dynamodb.recoveryGb)],
      ["Lambda on ARM: calls, GB-seconds", `${million(lambda.request)}, ${million(lambda.gbSecond)}`],
      ["Lambda's reading of the stream", "0"],
      ["HTTP API; CloudFront; firewall: requests", [httpApi, cloudFront, waf].map(({ request }) => million(request)).join(", ")],
      ["traffic out, a GB: CloudFront", String(cloudFront.gbOut)],
      ["firewall: the list, a rule", `${waf.list}, ${waf.rule}`],
      ["S3: a GB, PUT, GET", `${s3.gb}, ${million(s3.put)}, ${million(s3.get)}`],
      ["EventBridge", million(eventBridge.event)],
      [
        "CloudWatch: a GB of logs, kept a month, a metric of an alarm, a dashboard, a metric",
        Object.values(cloudWatch).join(", "),
      ],
      ["X-Ray: traces", million(xray.trace)],
      ["KMS: a key, requests", `${kms.key}, ${million(kms.request)}`],
    ];
  };
  const columns = regions.map(rows);
  const [first = []] = columns;
  return formatTable(
    ["$", ...regions],
    first.map(([name], index) => [name, ...columns.map((column) => column[index]?.[1] ?? "")]),
  );
}

/** Builds the table of a month in the README. */
export function buildCostSummary(accesses: string, costs: string): string {
  const measured = parseMeasurements(accesses, costs);
  const rows = loads.map(({ name, perMinute }) => [
    name,
    ...[true, false].map((hasFirewall) =>
      formatDollars(computeTotal(pricesByRegion[defaultRegion], measured, { ...deployedChoices, hasFirewall }, perMinute)),
    ),
  ]);
  return formatTable(["$ a month", "with a firewall", "without"], rows);
}

/** Builds the table of what monitoring costs in the guide to deployment. */
export function buildMonitoringCosts(): string {
  const { cloudWatch, xray } = pricesByRegion[defaultRegion];
  return formatTable(
    ["monitoring, in production", "how many", "price, $ a month"],
    [
      ["metrics of alarms", String(fixedResources.alarmMetrics), `${cloudWatch.alarm} each`],
      ["own metrics, in hours that have any", "at most 12 (`CRM/…` 10, mails 2)", `${cloudWatch.metric} each, by the hour`],
      ["the dashboard, if `CRM_DASHBOARD` is `on`", "1", `${cloudWatch.dashboard}, the first three are free`],
      ["the budget", "1", "0, the first two are free"],
      [
        "traces (X-Ray), if `CRM_TRACES` is `on`",
        "the first call of a function in a second, and a twentieth of more",
        `${xray.trace * 1e6} / million, 100,000 are free`,
      ],
      ["Lambda's lines on each call (start, report)", "some 0.7 KB a call", `${cloudWatch.gbOfLogs} a GB`],
      ["metrics in a request's line", "some 0.2 KB a request", `${cloudWatch.gbOfLogs} a GB`],
      ["`watch`", "2,900 calls and S3 lists", "0.02"],
      ["steps of deployments (CodeDeploy to Lambda)", "", "0"],
    ],
  );
}

const formatCount = (n: number): string => n.toLocaleString("en");
const formatPercent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** Builds the whole page from measured rows. */
export function buildCostPage(accesses: string, rows: readonly MeasuredRow[]): string {
  const wholes = formatMeasurements(rows);
  const measured = parseMeasurements(accesses, wholes);
  const {
    mix,
    users,
    leads,
    interactions,
    days,
    editsOfLead,
    hours,
    foundRecords: hitCount,
    functions,
    dashboard,
    columns,
  } = tenantModel;
  return `# What it costs

This page shows what a write costs with everything that follows from it, and what a month costs for a stated load.

\`npm run costs\` writes this page. It measures the first table on the table engine and calculates the rest; [access patterns](access-patterns.md) has the units
of single accesses. A test compares the first table with the engine and the page with the model (\`bench/costs\`).

## A record, and all that follows from it

The figures include everything that follows from a write: words, counters, audit entries, duplicates, scores and notifications. Bytes are billed bytes,
with a hundred for each item and each entry of an index. Items that expire by themselves (answers to repeated requests, leases) are not included.

Calls are those of the product's functions and of its libraries. They measure the work of a process in a way that no machine and no load changes. They do not
show the length of a loop inside of one function, nor the work of Node. A test fails if a change adds more than 5 % to them, or 2 % to the bytes.

${wholes}
## A month

The model is a tenant with ${users} users, ${formatCount(leads)} leads with a person each, and ${formatCount(interactions)} interactions:

- The records were created evenly over ${days} days, and each lead was changed ${editsOfLead} times.
- Audit entries stay in the table for ${deployedChoices.auditDays} days and then move to the object store.
- Interactions stay in the table for ${deployedChoices.interactionDays} days and then move to the object store, at ${archiveObject.recordBytes} bytes each ([archive](storage/archive.md)).
- Users work ${hours} hours a month. The columns are requests per user and minute: ${formatPercent(mix.read)} read a record, ${formatPercent(mix.list)} a list, ${formatPercent(mix.search)} search (${hitCount} found),
  ${formatPercent(mix.notes)} change notes, ${formatPercent(mix.status)} change a status, ${formatPercent(mix.interaction)} log an interaction, ${formatPercent(mix.lead)} create a lead. A user's requests of a minute go to ${functions} functions.
- The table is on demand and of the class infrequent access, which is the default of a deployment (\`CRM_TABLE_CLASS\`).
- The recount reads all of the table ${RECOUNTS_PER_MONTH} times a month: it is due one night after each 200,000 records.
- One list in ${Math.round(1 / columns.listShare)} is read from [columns](storage/columns.md), because no index serves it. The worker builds the columns of all records
  every 25 days, and adds a segment after each 200 changes.
- CloudFront and the firewall are before the gateway. Users load the page of the console ${tenantModel.console.pageLoads} times a month, and its files (${tenantModel.console.files}, with
  ${tenantModel.console.bytes / 1000} kB) after each of ${tenantModel.console.releases} releases. The dashboard and traces are off, as by default.
- Prices are list prices in US dollars, without free tiers. The first table has those of ${defaultRegion}, the default region.

${formatMonth(defaultRegion, measured)}
A deployment also has these fixed costs, which all its tenants share. The metrics of alarms are counted in the templates:

${formatFixedCosts(defaultRegion)}
## Targets and variants

${formatTargets(measured)}
Sums with the fixed costs, for each choice of settings:

${formatVariants(measured)}
Moving one million interactions to the object store costs once, in ${defaultRegion}:

${formatArchive(measured)}
A dashboard of 12 tiles with a comparison, which ${users} users open in each working hour (${dashboard.hoursOfDay} hours, ${dashboard.days} days), in a month in ${defaultRegion}.
It reads ${dashboard.readUnits} units at 100,000 opportunities (\`npm run bench -- --only=dashboards\`):

${formatDashboard(measured)}
The class of the table is a setting. The cheaper one for each load:

${formatTableClasses(measured)}
## Prices

On ${verification.at} these prices of us-east-1 were confirmed by transcripts of AWS's own pages for ${verification.awsPages}, and by pages of third parties for
${verification.thirdParties}.
Not looked up again: ${verification.unverified}.

${formatPrices()}`;
}
