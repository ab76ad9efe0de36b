import { sampled } from "../test/sample.ts";
import { benchAgenda } from "./agenda.ts";
import { benchBatch } from "./batch.ts";
import { benchBeside } from "./beside.ts";
import { benchBulk } from "./bulk.ts";
import { benchBundles } from "./bundles.ts";
import { benchContracts } from "./contracts.ts";
import { benchConversion } from "./conversion.ts";
import { benchCore } from "./core.ts";
import { benchCustomer } from "./customer.ts";
import { benchHooks } from "./hooks.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { benchImport } from "./import.ts";
import { benchMatch } from "./match.ts";
import { benchMessages } from "./messages.ts";
import { benchMillion } from "./million.ts";
import { benchPerson } from "./person.ts";
import { benchPersons } from "./persons.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchQuotes } from "./quotes.ts";
import { benchRecount } from "./recount.ts";
import { benchScore } from "./score.ts";
import { benchSegment } from "./segment.ts";
import { benchSignIn } from "./sign-in.ts";
import type { Section } from "./stats.ts";
import { benchThreads } from "./threads.ts";
import { benchTick } from "./tick.ts";
import { benchTickets } from "./tickets.ts";
import { benchTree } from "./tree.ts";
import { benchUnits } from "./units.ts";

/**
 * `npm run bench`: ratios, medians of interleaved rounds in one run. `--quick` is the short form that `npm test` runs, to see that
 * a sample of the parts runs; its figures say little. `--only=http` does one part, `--large=20000` takes another number of records for the large
 * side; `--only=http --beside=DIR` asks the server of another checkout as well; `--only=million --data=DIR` measures the store that `npm run load` has made there.
 */
const quick = process.argv.includes("--quick");
const sections: Section[] = [];

const argument = (name: string): string | undefined =>
  process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
const large = Number(argument("large") ?? (quick ? 1000 : 100_000));
const options = quick ? { rounds: 3, runs: 20, small: 200, large } : { rounds: 7, runs: 100, small: 1000, large };
const leads = Number(argument("leads") ?? (quick ? 2000 : 1_000_000));
const beside = argument("beside");
const parts = {
  core: () => benchCore(options),
  http: () => (beside ? benchBeside({ ...options, beside }) : benchHttp(options)),
  hooks: () => benchHooks(quick ? { rounds: 1, runs: 10 } : { rounds: options.rounds, runs: options.runs }),
  messages: () => benchMessages(quick ? { rounds: 1, runs: 5 } : { rounds: 5, runs: 15 }),
  batch: () => benchBatch(options),
  person: () => benchPerson({ rounds: options.rounds, runs: options.runs, entries: quick ? 500 : 10_000 }),
  "persons-lists": () => benchPersons(options),
  customer: () => benchCustomer({ rounds: options.rounds, runs: options.runs, interactions: quick ? 500 : 10_000 }),
  agenda: () => benchAgenda(options),
  segment: () => benchSegment(options),
  tree: () => benchTree(options),
  contracts: () => benchContracts(quick ? { rounds: 1, runs: 3 } : { rounds: 5, runs: 10 }),
  quotes: () => benchQuotes(quick ? { rounds: 1, runs: 3 } : { rounds: 5, runs: 10 }),
  pipeline: () => benchPipeline(options),
  match: () => benchMatch(options),
  conversion: () => benchConversion(quick ? { rounds: 1, runs: 10, activities: 200 } : { rounds: 7, runs: 50, activities: 1000 }),
  import: () =>
    benchImport({
      rounds: quick ? 1 : 5,
      many: Number(argument("many") ?? (quick ? 5000 : 1_000_000)),
      rows: Number(argument("rows") ?? (quick ? 500 : 5000)),
    }),
  bulk: () => benchBulk({ rounds: quick ? 1 : 3, rows: Number(argument("rows") ?? (quick ? 100 : 20_000)) }),
  threads: () => benchThreads({ rounds: quick ? 1 : 5, rows: Number(argument("rows") ?? (quick ? 100 : 1000)) }),
  million: () => benchMillion({ ...options, ...(quick ? { rounds: 1, runs: 5 } : {}), leads, data: argument("data") }),
  tickets: () =>
    benchTickets({
      rounds: quick ? 1 : options.rounds,
      runs: quick ? 5 : 50,
      due: Number(argument("due") ?? (quick ? 100 : 5000)),
    }),
  tick: () =>
    benchTick({ rounds: options.rounds, runs: quick ? 3 : 10, later: Number(argument("later") ?? (quick ? 2000 : 1_000_000)) }),
  recount: () => benchRecount({ leads: Number(argument("leads") ?? (quick ? 2000 : 100_000)), data: argument("data") }),
  score: () => benchScore({ rounds: quick ? 1 : 2, leads: quick ? 300 : 10_000 }),
  "sign-in": () => benchSignIn({ asks: Number(argument("asks") ?? 400) }),
  idle: () => benchIdle({ records: Number(argument("records") ?? 2_000_000), seconds: Number(argument("seconds") ?? 60) }),
  units: benchUnits,
  bundles: () => benchBundles(options),
};
const only = argument("only");
/**
 * The short form leaves out what tests show by themselves: in test/load, test/visibility, test/stack/bundle, test/auth/login,
 * test/local, test/kill and test/clock, and test/storage.
 */
const inTests = ["million", "persons-lists", "bundles", "sign-in", "idle", "recount", "units"];
const quickParts = sampled(
  Object.keys(parts).filter((name) => !inTests.includes(name)),
  { name: (name) => name, kind: () => "part" },
);
const isChosen = (name: string): boolean => (only ? only === name : !quick || quickParts.includes(name));
for (const [name, part] of Object.entries(parts)) if (isChosen(name)) sections.push(...(await part()));

for (const { title, text } of sections) console.log(`## ${title}\n\n${text}\n`);
const missed = sections.flatMap((section) => section.missed);
console.log(
  missed.length === 0
    ? "Every figure is within its bound."
    : `Above their bounds:\n${missed.map((each) => `- ${each}`).join("\n")}`,
);
if (missed.length > 0 && !quick) process.exitCode = 1;
