import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { runIn } from "@crm/core/kernel/context.ts";
import { fold } from "@crm/core/kernel/text.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { TABLE_FILE } from "@crm/local/table/file.ts";
import { buildProspect, buildProspectSeries, companyName, lastName } from "../scripts/load/prospects.ts";
import { type LoadedStore, openLoadedStore } from "../scripts/load/store.ts";
import { DEFAULT_SEED, formatReport, loadStore } from "../scripts/load-leads.ts";
import { measureReadUnits } from "./core.ts";
import { boundMisses, compare, formatTable, median, type Section, timeRuns } from "./stats.ts";

/** Lists in a store with a million leads, compared with a store of a thousand loaded by the same script. */
export interface MillionOptions {
  rounds: number;
  runs: number;
  small: number;
  /** Leads to load if `data` is undefined. */
  leads: number;
  /** The folder of a store made by `npm run load`. */
  data: string | undefined;
}

type Query = Parameters<typeof Lead.list>[0];

/** A list with its query for each store. Searches and pairs of filters are chosen so that both stores have the same number of matches. */
interface ListCase {
  name: string;
  queries: readonly [small: Query, large: Query];
}

export async function benchMillion(options: MillionOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-million-"));
  const [smallFolder, largeFolder] = [join(directory, "small"), options.data ?? join(directory, "large")];
  const stores: LoadedStore[] = [];
  try {
    console.error(formatReport((await loadStore(smallFolder, options.small)).report));
    if (options.data === undefined) console.error(formatReport((await loadStore(largeFolder, options.leads)).report));
    for (const folder of [smallFolder, largeFolder]) stores.push(await openLoadedStore(folder));
    const loadedStores = stores as [LoadedStore, LoadedStore];
    const { size } = statSync(join(largeFolder, TABLE_FILE));
    return [
      await benchLists(loadedStores, options),
      await benchSorted(loadedStores, options),
      await benchBounded(loadedStores, options, size),
    ];
  } finally {
    for (const store of stores) await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The page that is fetched by cursor, if there are that many. */
const DEEP_PAGE = 400;

async function benchLists(stores: [LoadedStore, LoadedStore], { rounds, runs }: MillionOptions): Promise<Section> {
  const [fewer, more] = stores.map(({ leads }) => leads.toLocaleString("en"));
  const rows: (string | number)[][] = [];
  const misses: string[] = [];
  const measure = async (name: string, queries: readonly [Query, Query]): Promise<void> => {
    const listIn = (storeIndex: 0 | 1) => runIn(stores[storeIndex].context, () => Lead.list(queries[storeIndex]));
    const result = await compare(
      rounds,
      runs,
      () => listIn(1),
      () => listIn(0),
      1,
    );
    const pages = [await listIn(0), await listIn(1)];
    const units = [await measureUnits(stores[0], queries[0]), await measureUnits(stores[1], queries[1])] as const;
    rows.push([name, result.b, result.a, result.ratio, ...units, ...pages.map(({ meta }) => meta.total)]);
    console.error(`${name}: ${result.a.toFixed(2)} ms against ${result.b.toFixed(2)}`);
    misses.push(...boundMisses(result.ratio, 1.2, `${name} at ${more} leads against ${fewer}`));
    if (units[0] !== units[1]) misses.push(`${name}: ${units[1]} units at ${more} leads, ${units[0]} at ${fewer}`);
    if (pages[0]?.rows.length !== pages[1]?.rows.length) misses.push(`${name}: pages of different length`);
  };
  for (const { name, queries: queryPair } of [...buildFilterCases(stores), ...buildSearchCases(stores)])
    await measure(name, queryPair);
  for (const { name, queries: queryPair } of buildFilterCases(stores)) {
    const [[small, smallPage], [large, deep]] = [
      await findDeepPage(stores[0], queryPair[0]),
      await findDeepPage(stores[1], queryPair[1]),
    ];
    await measure(`${name}, page ${deep} by cursor (${smallPage})`, [small, large]);
  }
  const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`, "finds", "finds"];
  const text = `${formatTable(head, rows)}\n\nFor pages by cursor, the number in brackets is the page in the small store.`;
  return { title: `A page of 20 with its total at ${more} leads, against ${fewer}`, text, missed: misses };
}

/**
 * Filters with an order that no index of theirs has. Up to 1,000 matching rows are sorted in memory. With more, the order's own index is read, and
 * each row is tested. The cost then grows as matches become rare, in a small store at most to its size.
 */
async function benchSorted(stores: [LoadedStore, LoadedStore], { rounds, runs }: MillionOptions): Promise<Section> {
  const [fewer, more] = stores.map(({ leads }) => leads.toLocaleString("en"));
  const [small, large] = pickPairs(stores);
  const buildQueryPair = (name: "owner" | "status"): [Query, Query] => [{ [name]: small[name] }, { [name]: large[name] }];
  const cases: readonly [string, readonly [Query, Query]][] = [
    ["owner", buildQueryPair("owner")],
    ["status", buildQueryPair("status")],
    ["owner and status", [small, large]],
  ];
  const rows: (string | number)[][] = [];
  for (const sort of ["lead_score", "next_contact_date"])
    for (const [name, queries] of cases) {
      const inOrder = queries.map((query) => ({ ...query, sort })) as [Query, Query];
      const list = (storeIndex: 0 | 1) => () => runIn(stores[storeIndex].context, () => Lead.list(inOrder[storeIndex]));
      const { a, b, ratio } = await compare(rounds, runs, list(1), list(0), 1);
      const units = await Promise.all(stores.map((store, storeIndex) => measureUnits(store, inOrder[storeIndex as 0 | 1])));
      const pages = await Promise.all([list(0)(), list(1)()]);
      rows.push([`${name}, sort=${sort}`, b, a, ratio, ...units, ...pages.map(({ meta }) => meta.total)]);
    }
  const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`, "finds", "finds"];
  return { title: "Filters in a sort order that none of their indexes has", text: formatTable(head, rows), missed: [] };
}

/** Lists whose cost grows with their matches, up to a bound. Beyond it, the total is a lower bound. */
async function benchBounded(stores: [LoadedStore, LoadedStore], { runs }: MillionOptions, bytes: number): Promise<Section> {
  const cases: ListCase[] = [
    sameQuery("contact_due_by, the whole year", { contact_due_by: "2027-12-31T23:59:59Z" }),
    sameQuery("search by the most common name", { search: lastName(0) }),
    sameQuery("status and source, counted", { status: "contacted", source: "referral" }),
  ];
  const rows: (string | number)[][] = [];
  for (const { name, queries: queryPair } of cases) {
    for (const [storeIndex, store] of stores.entries()) {
      const list = () => runIn(store.context, () => Lead.list(queryPair[storeIndex as 0 | 1]));
      await list();
      const { meta } = await list();
      const total = `${meta.total}${meta.total_is_lower_bound ? " and more" : ""}`;
      const duration = median(await timeRuns(runs, list));
      rows.push([
        name,
        store.leads.toLocaleString("en"),
        duration,
        await measureUnits(store, queryPair[storeIndex as 0 | 1]),
        total,
      ]);
    }
  }
  const load = loadavg().map((average) => average.toFixed(1));
  const size = `The larger store has ${(bytes / 1e9).toFixed(1)} GB. Load of the machine at the end: ${load.join(", ")}.`;
  return {
    title: "Lists whose cost grows with their matches",
    text: `${formatTable(["list", "leads", "ms", "units", "finds"], rows)}\n\n${size}`,
    missed: [],
  };
}

const sameQuery = (name: string, query: Query): ListCase => ({ name, queries: [query, query] });

const measureUnits = ({ ports, context }: LoadedStore, query: Query): Promise<number> =>
  measureReadUnits(ports, context, () => Lead.list(query));

/** Number of due contacts in both stores. */
const DUE_CONTACTS = 60;

function buildFilterCases(stores: readonly [LoadedStore, LoadedStore]): ListCase[] {
  const [small, large] = stores.map(({ owners }) => owners[2]);
  return [
    sameQuery("all", {}),
    sameQuery("status", { status: "contacted" }),
    sameQuery("source", { source: "referral" }),
    { name: "owner", queries: [{ owner: small }, { owner: large }] },
    { name: "owner and status", queries: pickPairs(stores) },
    sameQuery("rating", { rating: "HOT" }),
    sameQuery("min_score", { min_score: 70 }),
    sameQuery("is_converted=true", { is_converted: true }),
    sameQuery("is_converted=false", { is_converted: false }),
    {
      name: `contact_due_by, ${DUE_CONTACTS} due`,
      queries: [
        { contact_due_by: stores[0].nthDueInstant(DUE_CONTACTS) },
        { contact_due_by: stores[1].nthDueInstant(DUE_CONTACTS) },
      ],
    },
    sameQuery("sort=lead_score", { sort: "lead_score" }),
    sameQuery("sort=next_contact_date", { sort: "next_contact_date", order: "asc" }),
  ];
}

/** Searches that fill a page, or find one specific lead. */
function buildSearchCases(stores: readonly [LoadedStore, LoadedStore]): ListCase[] {
  const names = Array.from({ length: 3000 }, (_, rank) => fold(lastName(rank)));
  const companies = Array.from({ length: 6000 }, (_, rank) => fold(companyName(rank)));
  const prefixes = [...new Set([4, 5, 6, 7].flatMap((length) => names.map((name) => name.slice(0, length))))];
  const prefix = findAlikeWords(stores, prefixes);
  const buildSearchPair = ([small, large]: readonly [string, string]): readonly [Query, Query] => [
    { search: small },
    { search: large },
  ];
  const nth = stores.map(
    ({ owners, leads }) => buildProspect(buildProspectSeries(owners, DEFAULT_SEED), Math.floor(leads / 3)).input,
  );
  const readFieldPair = (field: "email" | "phone") => nth.map((input) => String(input[field])) as [string, string];
  return [
    { name: "search by name prefix", queries: buildSearchPair(prefix) },
    { name: "search by company", queries: buildSearchPair(findAlikeWords(stores, companies)) },
    { name: "search by name prefix and number", queries: buildSearchPair([`${prefix[0]} l-2`, `${prefix[1]} l-2`]) },
    { name: "search by the beginning of a number", queries: buildSearchPair(["L-2026-0001", "L-2026-0001"]) },
    { name: "search by number", queries: buildSearchPair(["L-2026-000123", "L-2026-000123"]) },
    { name: "search by email", queries: buildSearchPair(readFieldPair("email")) },
    { name: "search by phone", queries: buildSearchPair(readFieldPair("phone")) },
  ];
}

/** Wanted number of matches: enough for a full page, without much more to read. */
const PAGE_HITS = { min: 21, max: 30 };

/** Finds two prefixes, one for each store, with the same number of matching words and leads: preferably a little more than a page. */
export function findAlikeWords(
  [small, large]: readonly [LoadedStore, LoadedStore],
  words: readonly string[],
  kind: "lead" | "person" = "lead",
): [string, string] {
  const inSmall = new Map<string, string>();
  for (const word of words) {
    const { words: wordCount, leads } = small.countMatches(word, PAGE_HITS.max, kind);
    if (leads > 0 && wordCount < PAGE_HITS.max) inSmall.set(`${leads} ${wordCount}`, word);
  }
  const sizes = [...inSmall.keys()].sort((a, b) => rankSize(a) - rankSize(b));
  for (const size of sizes) {
    const otherWord = words.find((word) => {
      const { words: wordCount, leads } = large.countMatches(word, PAGE_HITS.max, kind);
      return `${leads} ${wordCount}` === size;
    });
    if (otherWord) return [inSmall.get(size) ?? "", otherWord];
  }
  throw new Error("No two words match the same number of leads");
}

/** Orders full pages before others, and the smallest full page first. */
const rankSize = (size: string): number => {
  const leads = Number.parseInt(size, 10);
  return leads >= PAGE_HITS.min ? leads : 1000 - leads;
};

/** Picks an owner and a status for each store, such that the share of matches among the rows that a list reads is about the same. */
function pickPairs([small, large]: readonly [LoadedStore, LoadedStore]): [Query, Query] {
  const statuses = ["new", "contacted", "qualified"];
  const inSmall = statuses.flatMap((status) =>
    small.owners.map((owner) => ({ owner, status, share: small.overlapShare(owner, status) })),
  );
  const [owner, status] = [large.owners[0] ?? "", "new"];
  const share = large.overlapShare(owner, status);
  const [best] = inSmall.sort((a, b) => Math.abs(a.share - share) - Math.abs(b.share - share));
  return [
    { owner: best?.owner, status: best?.status },
    { owner, status },
  ];
}

/** Returns the query of a deep page, and its page number. */
async function findDeepPage({ context }: LoadedStore, query: Query): Promise<[Query, number]> {
  let page = 1;
  let cursor: string | undefined;
  for (let before: string | undefined; page < DEEP_PAGE; page++) {
    const { rows, meta } = await runIn(context, () => Lead.list({ ...query, cursor }));
    // The last page is rarely full, so use the one before.
    if (rows.length < meta.limit && page > 1) return [{ ...query, cursor: before }, page - 1];
    if (!meta.next_cursor) break;
    [before, cursor] = [cursor, meta.next_cursor];
  }
  return [{ ...query, cursor }, page];
}
