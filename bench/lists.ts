import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeStore } from "../scripts/load-leads.ts";
import { listCases, type Sample } from "./lists/cases.ts";
import { compareSources, type ListFigures, type ListSource, type MeasureOptions, measureList } from "./lists/compared-lists.ts";
import { type CrmServer, startCrm } from "./lists/crm-lists.ts";
import { type DirectusServer, openDirectus } from "./lists/directus.ts";
import { measureMemoryMib, root, stopProcess } from "./server.ts";
import { boundMisses, formatTable, median, type Section } from "./stats.ts";

/**
 * Forty lists of leads over HTTP: from stores of several sizes, and from a Directus server with the rows of the largest one. What was measured is
 * kept in the folder of the stores, so that a run that was stopped goes on; with other packages it begins anew.
 */
export interface ListsOptions {
  /** Leads of each store, ascending. */
  readonly counts: readonly number[];
  /** The folder for the stores and what was measured; a temporary one if undefined. */
  readonly data: string | undefined;
  readonly directus: DirectusServer | undefined;
  readonly measure: MeasureOptions;
  /** Starts of a server for the first list of a process. */
  readonly starts: number;
}

/** The most that a list may take, as a multiple of the same list in the smallest store, and in Directus with and without indexes. */
const BOUNDS = { smallest: 2, directus: 1.5 } as const;
/** Leads whose values the lists ask for, one after the other. */
const SAMPLES = 25;

interface FirstList {
  readonly store: string;
  readonly first: number;
  readonly second: number;
}

/** What was measured so far. */
interface Progress {
  readonly commit: string;
  readonly from: string;
  readonly lists: ListFigures[];
  readonly firsts: FirstList[];
  /** Memory of each server in MiB: before the first list, and the most after a list. */
  readonly memory: Record<string, readonly [before: number, after: number]>;
}

export async function benchLists(options: ListsOptions): Promise<Section[]> {
  const folder = options.data === undefined ? mkdtempSync(join(tmpdir(), "crm-lists-")) : resolve(options.data);
  mkdirSync(folder, { recursive: true });
  try {
    for (const count of options.counts) await makeStore(storeFolder(folder, count), count);
    const progress = await measureAll(folder, options);
    return buildSections(progress, options);
  } finally {
    if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

const storeFolder = (folder: string, count: number): string => join(folder, `leads-${count}`);

async function measureAll(folder: string, options: ListsOptions): Promise<Progress> {
  const { counts, directus } = options;
  const file = join(folder, `lists-${[...counts, ...(directus ? ["directus"] : [])].join("-")}.json`);
  const progress = readProgress(file);
  const save = (): void => writeFileSync(file, JSON.stringify(progress, undefined, 1));
  if (progress.firsts.length === 0) {
    for (const count of counts) progress.firsts.push(await timeFirstList(storeFolder(folder, count), count, options.starts));
    save();
  }
  const servers: CrmServer[] = [];
  try {
    for (const count of counts) servers.push(await startCrm(storeFolder(folder, count), count));
    const samples = new Map<ListSource, readonly Sample[]>();
    for (const server of servers) samples.set(server, await server.readSamples(SAMPLES));
    const peers = directus ? await openPeers(directus, servers, samples) : [];
    const before = servers.map(measureMemoryMib);
    for (const list of listCases.filter(({ name }) => !progress.lists.some((done) => done.name === name))) {
      const measured = await measureList(list, [...servers, ...peers], samples, options.measure);
      progress.lists.push(measured);
      for (const [index, server] of servers.entries()) {
        const most = Math.max(progress.memory[server.name]?.[1] ?? 0, measureMemoryMib(server));
        progress.memory[server.name] = [before[index] ?? 0, most];
      }
      save();
      console.error(formatLine(measured));
    }
  } finally {
    for (const server of servers) await stopProcess(server.process);
  }
  return progress;
}

/** The peers hold the rows of the largest store, and are asked for the values of its leads. */
async function openPeers(directus: DirectusServer, servers: readonly CrmServer[], samples: Map<ListSource, readonly Sample[]>) {
  const largest = servers.at(-1) as CrmServer;
  const own = samples.get(largest) ?? [];
  const peers = await openDirectus(directus, largest.readRows, { count: largest.leads, sample: own[0] as Sample });
  for (const peer of peers) samples.set(peer, own);
  return peers;
}

function readProgress(file: string): Progress {
  const commit = execFileSync("git", ["log", "-1", "--format=%h", "--", "packages"], { cwd: root, encoding: "utf8" }).trim();
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Progress) : undefined;
  return kept?.commit === commit ? kept : { commit, from: new Date().toISOString(), lists: [], firsts: [], memory: {} };
}

/** Times the first list of a process that reads columns, and the same one again. */
async function timeFirstList(folder: string, count: number, starts: number): Promise<FirstList> {
  const list = listCases.find(({ name }) => name === FIRST_LIST) ?? listCases[0];
  const durations: [number[], number[]] = [[], []];
  for (let start = 0; start < starts; start++) {
    const server = await startCrm(folder, count);
    const [sample] = await server.readSamples(1);
    for (const each of durations) {
      const started = performance.now();
      if (list && sample) await server.ask(list, sample);
      each.push(performance.now() - started);
    }
    await stopProcess(server.process);
  }
  return { store: count.toLocaleString("en"), first: median(durations[0]), second: median(durations[1]) };
}

const FIRST_LIST = "an owner, by amount, largest first";

const formatMs = (ms: number): string => ms.toFixed(1);
const formatLine = ({ name, sources = [], refused }: ListFigures): string =>
  refused === undefined
    ? `${name}: ${sources.map(({ median: ms }) => formatMs(ms)).join(", ")} ms`
    : `${name}: refused by ${refused}`;

function buildSections({ lists, firsts, memory, commit, from }: Progress, { counts, directus }: ListsOptions): Section[] {
  const served = lists.filter((list) => list.sources !== undefined);
  const names = served[0]?.sources?.map(({ name }) => name) ?? [];
  const [smallest = ""] = names;
  const largest = counts.at(-1)?.toLocaleString("en") ?? "";
  const others = directus ? ["Directus", "Directus, indexed"] : [];
  const beside = counts.length > 1 ? [smallest, ...others] : others;
  const misses: string[] = [];
  const rows = served.map(({ name, sources = [] }) => {
    const find = (source: string) => sources.find((each) => each.name === source);
    const own = find(largest);
    const ratios = beside.map((other) => compareSources(own, find(other)));
    const bounds = beside.map((other) => (other === smallest ? BOUNDS.smallest : BOUNDS.directus));
    for (const [index, ratio] of ratios.entries())
      misses.push(...boundMisses(ratio, bounds[index] ?? 0, `${name}: ${largest} beside ${beside[index]}`));
    const times = names.map(
      (source) => `${formatMs(find(source)?.median ?? Number.NaN)} / ${formatMs(find(source)?.p95 ?? Number.NaN)}`,
    );
    return [name, ...ratios.map((ratio) => ratio.toFixed(2)), ...times, describeTotals(own?.totals ?? [], own?.isExact ?? true)];
  });
  const head = ["list", ...beside.map((other) => `beside ${other}`), ...names.map((name) => `${name}: ms, p95`), "finds"];
  const loads = lists.map(({ load }) => load);
  const load = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  const refused = lists.flatMap(({ name, refused: reason }) => (reason === undefined ? [] : [`- ${name}: ${reason}`]));
  const different = served.flatMap(listDifferences);
  const text = [
    `Commit ${commit}, from ${from.slice(0, 16)}. ${served.length} lists; load of the machine ${load}.`,
    formatTable(head, rows),
    ...(refused.length > 0 ? [`Refused:\n\n${refused.join("\n")}`] : []),
    ...(different.length > 0 ? [`Other totals than the peer's:\n\n${different.join("\n")}`] : []),
    formatTable(
      ["leads", "first list of a process, ms", "the same again, ms"],
      firsts.map(({ store, first, second }) => [store, formatMs(first), formatMs(second)]),
    ),
    formatTable(
      ["leads", "memory of the server before the lists, MiB", "the most after a list, MiB"],
      Object.entries(memory).map(([name, sizes]) => [name, ...sizes]),
    ),
  ].join("\n\n");
  return [{ title: `Forty lists at ${names.slice(0, counts.length).join(" and ")} leads`, text, missed: misses }];
}

/** The records that a list found, at least and at most. */
function describeTotals(totals: readonly number[], isExact: boolean): string {
  const [least, most] = [Math.min(...totals), Math.max(...totals)].map((total) => total.toLocaleString("en"));
  return `${least === most ? least : `${least} to ${most}`}${isExact ? "" : ", not exact"}`;
}

/** Lists that have other totals in Directus than in the largest store. */
function listDifferences({ name, sources = [] }: ListFigures): string[] {
  const peers = sources.filter((source) => source.name.startsWith("Directus"));
  const own = sources[sources.length - peers.length - 1];
  return peers
    .filter(({ totals }) => totals.join() !== own?.totals.join())
    .map((peer) => `- ${name}: ${own?.totals.join(", ")} here, ${peer.totals.join(", ")} in ${peer.name}`);
}
