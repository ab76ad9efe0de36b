import { bill, type Choices, type Line, type Measured, standing, sumOf } from "./bill.rules.ts";
import { prices } from "./prices.ts";
import { tenant } from "./tenant.ts";

/** The page of costs (docs/costs.md): what was measured, and what a month costs by it. */

/** A row of what was measured: read and write units, items, bytes in the table and its indexes, and of audit in both. */
export type Row = readonly [name: string, ...figures: number[]];

const HEAD =
  "| written | read units | write units | items | bytes, table | bytes, indexes | of audit, table | of audit, indexes |\n" +
  `|---|${"---:|".repeat(7)}\n`;

/** Rows of figures of a page, by the name that each begins with. */
export const rowsOf = (page: string, figures: number): Map<string, number[]> =>
  new Map(
    [...page.matchAll(new RegExp(`^\\| ([^|]+?) ((?:\\| [\\d.]+ ){${figures}})\\|$`, "gm"))].map(([, name = "", cells = ""]) => [
      name,
      cells.split("|").slice(1).map(Number),
    ]),
  );

/** What the rows of both pages say. */
export function measuredBy(accesses: string, costs: string): Measured {
  const known = (rows: Map<string, number[]>, name: string): number[] => {
    const row = rows.get(name);
    if (!row) throw new Error(`No row for “${name}”: run npm run units and npm run costs`);
    return row;
  };
  const [units, wholes] = [rowsOf(accesses, 3), rowsOf(costs, 7)];
  return {
    access(name) {
      const [read = 0, write = 0] = known(units, name);
      return { read, write };
    },
    whole(name) {
      const [read = 0, write = 0, , table = 0, indexes = 0, auditTable = 0, auditIndexes = 0] = known(wholes, name);
      return { read, write, table, indexes, auditTable, auditIndexes };
    },
  };
}

export const measuredTable = (rows: readonly Row[]): string => HEAD + rows.map((row) => `| ${row.join(" | ")} |\n`).join("");

const deployed: Choices = { tableClass: "standard", auditDays: 90, recountsAMonth: 1 };
const variants: readonly (readonly [name: string, Choices])[] = [
  ["as deployed", deployed],
  ["the recount once a week", { ...deployed, recountsAMonth: 4.35 }],
  ["the infrequent-access class", { ...deployed, tableClass: "infrequent" }],
  ["or interactions older than a year in the object store", { ...deployed, interactionDays: 365 }],
  ["both", { ...deployed, tableClass: "infrequent", interactionDays: 365 }],
  ["both, and audit entries for 30 days", { tableClass: "infrequent", recountsAMonth: 1, interactionDays: 365, auditDays: 30 }],
];

/** Requests of a user and minute, and what a month with the standing part should come to. */
const loads = [
  { perMinute: 0, name: "at rest", aim: 20 },
  { perMinute: 2, name: "2 requests", aim: 45 },
  { perMinute: 20, name: "20 requests" },
] as const;

const dollars = (amount: number): string => amount.toFixed(2);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${[head, ["---", ...head.slice(1).map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;

function month(measured: Measured): string {
  const bills = loads.map(({ perMinute }) => bill(measured, deployed, perMinute));
  const [first = []] = bills;
  const rows = first.map(({ name }, at) => [
    name,
    ...bills.flatMap((lines) => [lines[at]?.amount ?? "", dollars(lines[at]?.dollars ?? 0)]),
  ]);
  const sums = ["**sum**", ...bills.flatMap((lines) => ["", `**${dollars(sumOf(lines))}**`])];
  return table(["", ...loads.flatMap(({ name }) => [name, "$"])], [...rows, sums]);
}

const stands = (): string =>
  table(
    ["", "number", "$"],
    [
      ...standing().map(({ name, amount, dollars: each }) => [name, amount, dollars(each)]),
      ["**sum**", "", `**${dollars(sumOf(standing()))}**`],
    ],
  );

const chosen = (measured: Measured): string =>
  table(
    ["", ...loads.map(({ name }) => `${name}, $`)],
    variants.map(([name, choices]) => [
      name,
      ...loads.map(({ perMinute }) => dollars(sumOf(bill(measured, choices, perMinute)) + sumOf(standing()))),
    ]),
  );

const largest = (lines: readonly Line[]): Line[] => [...lines].sort((a, b) => b.dollars - a.dollars).slice(0, 3);

/** What each aim is missed by, what most of it is paid for, and what comes nearest. */
function aims(measured: Measured): string {
  const said = loads.flatMap((load) => {
    if (!("aim" in load)) return [];
    const { perMinute, name, aim } = load;
    const lines = bill(measured, deployed, perMinute);
    const total = sumOf(lines) + sumOf(standing());
    const of = largest(lines).map((line) => `${line.name} ${dollars(line.dollars)}`);
    const costs = variants.map(
      ([called, choices]) => [called, sumOf(bill(measured, choices, perMinute)) + sumOf(standing())] as const,
    );
    const [best, least] = costs.reduce((a, b) => (b[1] < a[1] ? b : a));
    const missed = total <= aim ? "is reached" : `is missed by ${dollars(total - aim)}`;
    const next = total <= aim ? "" : ` The least is ${dollars(least)} (${best}).`;
    return [`- **${name}**: ${dollars(total)} $. The aim of ${aim} ${missed}. Most is paid for ${of.join(", ")}.${next}`];
  });
  return `${said.join("\n")}\n`;
}

function priceList(): string {
  const { dynamodb, lambda, httpApi, cloudFront, waf, s3, eventBridge, cloudWatch, kms, secret } = prices;
  const million = (price: number): string => `${Number((price * 1e6).toFixed(5))} / million`;
  const rows = (["standard", "infrequent"] as const).flatMap((each) => [
    [`DynamoDB, ${each} class: write units, read units`, `${million(dynamodb[each].write)}, ${million(dynamodb[each].read)}`],
    [`its storage, a GB`, String(dynamodb[each].gb)],
  ]);
  return table(
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

const count = (n: number): string => n.toLocaleString("en");
const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** The whole page, for what was measured before. */
export function page(accesses: string, rows: readonly Row[]): string {
  const wholes = measuredTable(rows);
  const measured = measuredBy(accesses, wholes);
  const { mix, users, leads, interactions, days, editsOfLead, hours, found, functions } = tenant;
  return `# What it costs

Written by \`npm run costs\`, which measures the first table on the table engine and works out the rest; units of single accesses are
those of [access patterns](access-patterns.md). A test holds the table to the engine and the page to the model (\`bench/costs\`).

## A record, and all that follows from it

Until nothing follows any more: words, counters, audit entries, duplicates, scores, notifications. Bytes are as they are billed, a hundred
for each item and each entry of an index among them; what ends by itself (answers to repeats, leases) is not among them.

${wholes}
## A month

${users} users, ${count(leads)} leads with a person each, ${count(interactions)} interactions, which came evenly over ${days} days; each lead was
changed ${editsOfLead} times. Audit entries stay in the table for ${deployed.auditDays} days and then lie in the object store. Users work ${hours} hours
a month, at so many requests a user and minute: ${percent(mix.read)} read a record, ${percent(mix.list)} a list, ${percent(mix.search)} search (${found} found),
${percent(mix.notes)} change notes, ${percent(mix.status)} a status, ${percent(mix.interaction)} log an interaction, ${percent(mix.lead)} make a lead. They fall on ${functions} functions a
minute. The table is of the standard class and on demand; once a month the recount reads all of it, as of each tenant of more than six million records. Prices are list prices of
${prices.region} of ${prices.date}, in US dollars, without free tiers.

${month(measured)}
Beside it stands, for all tenants of a deployment together:

${stands()}
## What it should come to

${aims(measured)}
With what stands, by what is chosen:

${chosen(measured)}
## Prices

On ${prices.lookedUp.at} the same was found in transcripts of AWS's own pages for ${prices.lookedUp.own}, and in what others write for ${prices.lookedUp.others}.
**Not looked up again:** ${prices.lookedUp.not}.

${priceList()}`;
}
