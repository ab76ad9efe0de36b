import { selectSample } from "../test/support/sample.ts";
import { benchAgenda } from "./agenda.ts";
import { benchAnalystQuery } from "./analyst-query.ts";
import { benchArchive } from "./archive.ts";
import { benchBatch } from "./batch.ts";
import { benchBulk } from "./bulk.ts";
import { benchBundles } from "./bundles.ts";
import { benchCampaigns } from "./campaigns.ts";
import { benchClientCost } from "./client-cost.ts";
import { benchColumns } from "./columns.ts";
import { benchConsole } from "./console.ts";
import { benchConsoleComparison } from "./console-comparison.ts";
import { benchConsoleLists } from "./console-lists.ts";
import { benchContracts } from "./contracts.ts";
import { benchConversion } from "./conversion.ts";
import { benchCore } from "./core.ts";
import { benchCustomer } from "./customer.ts";
import { benchDashboards } from "./dashboards.ts";
import { benchDrags } from "./drags.ts";
import { benchFlat } from "./flat.ts";
import { benchHooks } from "./hooks.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { benchImport } from "./import.ts";
import { benchInvoices } from "./invoices.ts";
import { benchLists } from "./lists.ts";
import { benchMatch } from "./match.ts";
import { benchMessages } from "./messages.ts";
import { benchMillion } from "./million.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchOrders } from "./orders.ts";
import { benchPerson } from "./person.ts";
import { benchPersons } from "./persons-lists.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchProjects } from "./projects.ts";
import { benchQuotes } from "./quotes.ts";
import { benchRecount } from "./recount.ts";
import { benchReleases } from "./release-comparison.ts";
import { benchReports } from "./reports.ts";
import { benchScore } from "./score.ts";
import { benchSegment } from "./segment.ts";
import { benchSignIn } from "./sign-in.ts";
import type { Section } from "./stats.ts";
import { benchTenants } from "./tenants.ts";
import { benchThreads } from "./threads.ts";
import { benchTick } from "./tick.ts";
import { benchTickets } from "./tickets.ts";
import { benchTree } from "./tree.ts";
import { benchUnits } from "./units.ts";
import { benchWorkflows } from "./workflows.ts";

/**
 * `npm run bench`: prints ratios, as medians of interleaved rounds in one run. `--quick` is the short form that `npm test` runs to check that a
 * sample of the parts works; its figures say little. `--only=http` runs one part; `--large=20000` sets the number of records of the large side;
 * `--only=lists --data=DIR --directus=URL --token=TOKEN` compares lists with a Directus server, and `--counts=1000,1000000` other stores;
 * `--only=http --beside=DIR` and `--only=console --beside=DIR` also measure another checkout; `--only=million --data=DIR` measures a store made by
 * `npm run load`.
 */
const isQuick = process.argv.includes("--quick");
const sections: Section[] = [];

const readArgument = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const large = Number(readArgument("large") ?? (isQuick ? 1000 : 100_000));
const options = isQuick ? { rounds: 3, runs: 20, small: 200, large } : { rounds: 7, runs: 100, small: 1000, large };
const leads = Number(readArgument("leads") ?? (isQuick ? 2000 : 1_000_000));
/** Stores of reports: a small and a large one, and one in a file if `--leads` or `--data` asks for it. */
const reportStores = {
  counts: isQuick ? [200, 2000] : [1000, ...(readArgument("large") === undefined ? [] : [large])],
  leads: readArgument("leads") === undefined ? undefined : leads,
  data: readArgument("data"),
};
const otherCheckout = readArgument("beside");
/** A Directus server for lists beside ours: its address, and a token of an administrator. */
function readDirectus(): { url: string; token: string } | undefined {
  const url = readArgument("directus");
  return url === undefined ? undefined : { url, token: readArgument("token") ?? "" };
}
const parts = {
  core: () => benchCore(options),
  http: () => (otherCheckout ? benchReleases({ ...options, otherCheckout: otherCheckout }) : benchHttp(options)),
  flat: () =>
    benchFlat({
      ...options,
      ...(isQuick ? { rounds: 1, runs: 5 } : { rounds: 5, runs: 40 }),
      data: readArgument("data"),
      request: readArgument("request"),
    }),
  hooks: () => benchHooks(isQuick ? { rounds: 1, runs: 10 } : { rounds: options.rounds, runs: options.runs }),
  messages: () => benchMessages(isQuick ? { rounds: 1, runs: 5 } : { rounds: 5, runs: 15 }),
  batch: () => benchBatch(options),
  person: () => benchPerson({ rounds: options.rounds, runs: options.runs, entries: isQuick ? 500 : 10_000 }),
  "persons-lists": () => benchPersons(options),
  customer: () => benchCustomer({ rounds: options.rounds, runs: options.runs, interactions: isQuick ? 500 : 10_000 }),
  agenda: () => benchAgenda(options),
  segment: () => benchSegment(options),
  tree: () => benchTree(options),
  contracts: () => benchContracts(isQuick ? { rounds: 1, runs: 3 } : { rounds: 5, runs: 10 }),
  quotes: () => benchQuotes(isQuick ? { rounds: 1, runs: 3 } : { rounds: 5, runs: 10 }),
  invoices: () => benchInvoices(isQuick ? { writers: [1, 5], each: 5 } : { writers: [1, 2, 5, 20], each: 25 }),
  orders: () => benchOrders(isQuick ? { ...options, rounds: 1, runs: 3 } : { ...options, rounds: 5 }),
  campaigns: () =>
    benchCampaigns(
      isQuick
        ? { rounds: 1, runs: 3, counts: [200, 1000] }
        : { rounds: 5, runs: 30, counts: [1000, 100_000, Number(readArgument("members") ?? 1_000_000)] },
    ),
  projects: () => benchProjects(isQuick ? { ...options, rounds: 1, runs: 3 } : { ...options, rounds: 5 }),
  pipeline: () => benchPipeline(options),
  dashboards: () => benchDashboards(isQuick ? { requests: 5, counts: [200, large] } : { requests: 50, counts: [1000, large] }),
  match: () => benchMatch(options),
  conversion: () =>
    benchConversion(isQuick ? { rounds: 1, runs: 10, activities: 200 } : { rounds: 7, runs: 50, activities: 1000 }),
  import: () =>
    benchImport({
      rounds: isQuick ? 1 : 5,
      many: Number(readArgument("many") ?? (isQuick ? 5000 : 1_000_000)),
      rows: Number(readArgument("rows") ?? (isQuick ? 500 : 5000)),
    }),
  bulk: () => benchBulk({ rounds: isQuick ? 1 : 3, rows: Number(readArgument("rows") ?? (isQuick ? 100 : 20_000)) }),
  threads: () => benchThreads({ rounds: isQuick ? 1 : 5, rows: Number(readArgument("rows") ?? (isQuick ? 100 : 1000)) }),
  million: () => benchMillion({ ...options, ...(isQuick ? { rounds: 1, runs: 5 } : {}), leads, data: readArgument("data") }),
  columns: () =>
    benchColumns({
      kinds: Number(readArgument("kinds") ?? (isQuick ? 2 : 20)),
      rows: Number(readArgument("rows") ?? (isQuick ? 1000 : 100_000)),
    }),
  lists: () =>
    benchLists({
      counts: (readArgument("counts") ?? (isQuick ? "200,400" : "1000,100000")).split(",").map(Number),
      data: readArgument("data"),
      directus: readDirectus(),
      ...(isQuick
        ? { starts: 1, measure: { requests: 2, block: 1, mostMs: 1000 } }
        : { starts: 5, measure: { requests: 100, block: 5, mostMs: 3000 } }),
    }),
  tickets: () =>
    benchTickets({
      rounds: isQuick ? 1 : options.rounds,
      runs: isQuick ? 5 : 50,
      due: Number(readArgument("due") ?? (isQuick ? 100 : 5000)),
    }),
  tick: () =>
    benchTick({
      rounds: options.rounds,
      runs: isQuick ? 3 : 10,
      later: Number(readArgument("later") ?? (isQuick ? 2000 : 1_000_000)),
    }),
  recount: () => benchRecount({ leads: Number(readArgument("leads") ?? (isQuick ? 2000 : 100_000)), data: readArgument("data") }),
  neighbours: () =>
    benchNeighbours(
      isQuick
        ? { seconds: 3, flood: 100 }
        : { seconds: Number(readArgument("seconds") ?? 60), flood: Number(readArgument("flood") ?? 10_000) },
    ),
  reports: () => benchReports(reportStores),
  "analyst-query": () => benchAnalystQuery(reportStores),
  score: () => benchScore({ rounds: isQuick ? 1 : 2, leads: isQuick ? 300 : 10_000 }),
  "sign-in": () => benchSignIn({ asks: Number(readArgument("asks") ?? 400) }),
  idle: () =>
    benchIdle({ records: Number(readArgument("records") ?? 2_000_000), seconds: Number(readArgument("seconds") ?? 60) }),
  console: () =>
    otherCheckout
      ? benchConsoleComparison({ rounds: isQuick ? 1 : 7, leads: Number(readArgument("leads") ?? 2000), otherCheckout })
      : benchConsole({
          leads: Number(readArgument("leads") ?? (isQuick ? 2000 : 100_000)),
          data: readArgument("data"),
          rows: isQuick ? 500 : 5000,
        }),
  "console-lists": () => benchConsoleLists({ leads: Number(readArgument("leads") ?? 100_000), data: readArgument("data") }),
  drags: () => benchDrags(isQuick ? { cards: 10, events: 50 } : { cards: 200, events: 2000 }),
  archive: () => benchArchive({ isQuick }),
  workflows: () =>
    benchWorkflows(isQuick ? { rounds: 1, runs: 5, counts: [1, 20] } : { rounds: 5, runs: 20, counts: [1, 100, 1000] }),
  units: benchUnits,
  bundles: () => benchBundles(options),
  tenants: () =>
    benchTenants(
      isQuick ? { tenants: 200, rates: [20], minutes: 2 } : { tenants: Number(readArgument("tenants") ?? 10_000), minutes: 60 },
    ),
  "client-cost": () => benchClientCost({ rounds: options.rounds, runs: isQuick ? 20 : 500 }),
};
const onlyPart = readArgument("only");
/**
 * The short form leaves out parts that tests cover: in test/local/load, test/invariants/visibility, test/stacks/bundle, test/platform/auth/login,
 * test/local/scheduler, test/invariants/crash, test/storage/scheduler, test/storage and test/storage/stream.
 */
const testedParts = [
  "million",
  "persons-lists",
  "bundles",
  "sign-in",
  "idle",
  "recount",
  "units",
  "neighbours",
  "console",
  "console-lists",
  "drags",
];
const quickParts = selectSample(
  Object.keys(parts).filter((name) => !testedParts.includes(name)),
  { name: (name) => name, kind: () => "part" },
);
const isChosen = (name: string): boolean => (onlyPart ? onlyPart === name : !isQuick || quickParts.includes(name));
for (const [name, part] of Object.entries(parts)) if (isChosen(name)) sections.push(...(await part()));

for (const { title, text } of sections) console.log(`## ${title}\n\n${text}\n`);
const misses = sections.flatMap((section) => section.missed);
console.log(
  misses.length === 0
    ? "Every figure is within its bound."
    : `Above their bounds:\n${misses.map((miss) => `- ${miss}`).join("\n")}`,
);
if (misses.length > 0 && !isQuick) process.exitCode = 1;
