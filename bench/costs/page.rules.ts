import { type BillLine, buildBill, buildFixedLines, type CostChoices, type Measurements, sumDollars } from "./bill.rules.ts";
import { prices } from "./prices.ts";
import { tenantModel } from "./tenant-model.ts";

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

const deployedChoices: CostChoices = { tableClass: "standard", auditDays: 90, recountsPerMonth: 1 };
const variants: readonly (readonly [name: string, CostChoices])[] = [
  ["as deployed", deployedChoices],
  ["the recount once a week", { ...deployedChoices, recountsPerMonth: 4.35 }],
  ["the infrequent-access class", { ...deployedChoices, tableClass: "infrequent" }],
  ["or interactions older than a year in the object store", { ...deployedChoices, interactionDays: 365 }],
  ["both", { ...deployedChoices, tableClass: "infrequent", interactionDays: 365 }],
  ["both, and audit entries for 30 days", { tableClass: "infrequent", recountsPerMonth: 1, interactionDays: 365, auditDays: 30 }],
];

/** Requests of a user in a minute, and the target for a month including fixed costs. */
const loads = [
  { perMinute: 0, name: "at rest", aim: 20 },
  { perMinute: 2, name: "2 requests", aim: 45 },
  { perMinute: 20, name: "20 requests" },
] as const;

const formatDollars = (amount: number): string => amount.toFixed(2);
const formatTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${[head, ["---", ...head.slice(1).map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;

function formatMonth(measured: Measurements): string {
  const bills = loads.map(({ perMinute }) => buildBill(measured, deployedChoices, perMinute));
  const [first = []] = bills;
  const rows = first.map(({ name }, index) => [
    name,
    ...bills.flatMap((lines) => [lines[index]?.amount ?? "", formatDollars(lines[index]?.dollars ?? 0)]),
  ]);
  const sums = ["**sum**", ...bills.flatMap((lines) => ["", `**${formatDollars(sumDollars(lines))}**`])];
  return formatTable(["", ...loads.flatMap(({ name }) => [name, "$"])], [...rows, sums]);
}

const formatFixedCosts = (): string =>
  formatTable(
    ["", "number", "$"],
    [
      ...buildFixedLines().map(({ name, amount, dollars: cost }) => [name, amount, formatDollars(cost)]),
      ["**sum**", "", `**${formatDollars(sumDollars(buildFixedLines()))}**`],
    ],
  );

const formatVariants = (measured: Measurements): string =>
  formatTable(
    ["", ...loads.map(({ name }) => `${name}, $`)],
    variants.map(([name, choices]) => [
      name,
      ...loads.map(({ perMinute }) =>
        formatDollars(sumDollars(buildBill(measured, choices, perMinute)) + sumDollars(buildFixedLines())),
      ),
    ]),
  );

const pickLargest = (lines: readonly BillLine[]): BillLine[] => [...lines].sort((a, b) => b.dollars - a.dollars).slice(0, 3);

/** Describes by how much each target is missed, the largest items of its bill, and the cheapest variant. */
function formatAims(measured: Measurements): string {
  const targetLines = loads.flatMap((load) => {
    if (!("aim" in load)) return [];
    const { perMinute, name, aim } = load;
    const lines = buildBill(measured, deployedChoices, perMinute);
    const total = sumDollars(lines) + sumDollars(buildFixedLines());
    const largestItems = pickLargest(lines).map((line) => `${line.name} ${formatDollars(line.dollars)}`);
    const costs = variants.map(
      ([variantName, choices]) =>
        [variantName, sumDollars(buildBill(measured, choices, perMinute)) + sumDollars(buildFixedLines())] as const,
    );
    const [best, lowestCost] = costs.reduce((a, b) => (b[1] < a[1] ? b : a));
    const outcome = total <= aim ? "is reached" : `is exceeded by ${formatDollars(total - aim)}`;
    const next = total <= aim ? "" : ` The cheapest variant costs ${formatDollars(lowestCost)} (${best}).`;
    return [
      `- ${name}: ${formatDollars(total)} $. The target of ${aim} ${outcome}. The largest items are ${largestItems.join(", ")}.${next}`,
    ];
  });
  return `${targetLines.join("\n")}\n`;
}

function formatPrices(): string {
  const { dynamodb, lambda, httpApi, cloudFront, waf, s3, eventBridge, cloudWatch, kms, secret } = prices;
  const million = (price: number): string => `${Number((price * 1e6).toFixed(5))} / million`;
  const rows = (["standard", "infrequent"] as const).flatMap((tableClass) => [
    [
      `DynamoDB, ${tableClass} class: write units, read units`,
      `${million(dynamodb[tableClass].write)}, ${million(dynamodb[tableClass].read)}`,
    ],
    [`its storage, a GB`, String(dynamodb[tableClass].gb)],
  ]);
  return formatTable(
    ["", "$"],
    [
      ...rows,
      ["recovery to any second, a GB of the table without its indexes", String(dynamodb.recoveryGb)],
      ["Lambda on ARM: calls, GB-seconds", `${million(lambda.request)}, ${million(lambda.gbSecond)}`],
      ["Lambda's reading of the stream", "0"],
      ["HTTP API; CloudFront; firewall: requests", [httpApi, cloudFront, waf].map(({ request }) => million(request)).join(", ")],
      ["CloudFront: traffic out, a GB", String(cloudFront.gbOut)],
      ["firewall: the list, a rule", `${waf.list}, ${waf.rule}`],
      ["S3: a GB, PUT, GET", `${s3.gb}, ${million(s3.put)}, ${million(s3.get)}`],
      ["EventBridge", million(eventBridge.event)],
      ["CloudWatch: a GB of logs, kept a month, an alarm, a dashboard, a metric", Object.values(cloudWatch).join(", ")],
      ["KMS: a key, requests; a secret", `${kms.key}, ${million(kms.request)}, ${secret}`],
    ],
  );
}

const formatCount = (n: number): string => n.toLocaleString("en");
const formatPercent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** Builds the whole page from measured rows. */
export function buildCostPage(accesses: string, rows: readonly MeasuredRow[]): string {
  const wholes = formatMeasurements(rows);
  const measured = parseMeasurements(accesses, wholes);
  const { mix, users, leads, interactions, days, editsOfLead, hours, foundRecords: hitCount, functions } = tenantModel;
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
- Users work ${hours} hours a month. The columns are requests per user and minute: ${formatPercent(mix.read)} read a record, ${formatPercent(mix.list)} a list, ${formatPercent(mix.search)} search (${hitCount} found),
  ${formatPercent(mix.notes)} change notes, ${formatPercent(mix.status)} change a status, ${formatPercent(mix.interaction)} log an interaction, ${formatPercent(mix.lead)} create a lead. A user's requests of a minute go to ${functions} functions.
- The table is of the standard class and on demand. Once a month the recount reads all of it, as for each tenant of more than six million records.
- Prices are list prices of ${prices.region} of ${prices.date}, in US dollars, without free tiers.

${formatMonth(measured)}
A deployment also has these fixed costs, which all its tenants share:

${formatFixedCosts()}
## Targets and variants

${formatAims(measured)}
Sums with the fixed costs, for each choice of settings:

${formatVariants(measured)}
## Prices

On ${prices.verification.at} these prices were confirmed by transcripts of AWS's own pages for ${prices.verification.awsPages}, and by pages of third parties for
${prices.verification.thirdParties}.
Not looked up again: ${prices.verification.unverified}.

${formatPrices()}`;
}
