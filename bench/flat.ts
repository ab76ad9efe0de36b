import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@crm/functions/derive/client.ts";
import { startApp } from "@crm/local/app.ts";
import { lastName } from "../scripts/load/prospects.ts";
import { buildColumns, type LoadedTenant, loadStore } from "../scripts/load-leads.ts";
import { inProcessTransport } from "../test/support/app.ts";
import { countCommands } from "../test/support/round-trips.ts";
import { buildLeadInput } from "./http.ts";
import { callApi, type Json, launchServer, measureCpuSeconds, stopProcess } from "./server.ts";
import { formatTable, median, type Section, timeRuns } from "./stats.ts";

/** Requests whose time may grow with the records of a tenant: over HTTP, at few leads and at many, alternating. */
export interface FlatOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
  /** The folder of a store made by `npm run load`, as the large one. */
  data: string | undefined;
  /** A part of the names of the requests to measure; all by default. */
  request: string | undefined;
}

const BOUND = 1.2;

interface Server {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly subject: Subject;
  readonly stop: () => Promise<void>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface Case {
  readonly name: string;
  readonly build: (subject: Subject) => Call;
}

interface Subject {
  /** A lead that the caller owns. */
  readonly leadId: string;
  /** The number of pages of all leads. */
  readonly pages: number;
  /** A part of a name that finds a page of leads, and few more. */
  readonly part: string;
}

const buildSearch = (term: string): Call => ({
  method: "GET",
  path: `/api/v1/leads?limit=20&search=${encodeURIComponent(term)}`,
});

/** Lengths of the part of the most common name that is searched. */
const PART_LENGTHS = [2, 3, 5];

const CASES: readonly Case[] = [
  { name: "list, newest first", build: () => ({ method: "GET", path: "/api/v1/leads?limit=20" }) },
  {
    name: "list, page=400 (the last one)",
    build: ({ pages }) => ({ method: "GET", path: `/api/v1/leads?limit=20&page=${Math.min(400, pages)}` }),
  },
  {
    name: "list by company, two filters",
    build: () => ({ method: "GET", path: "/api/v1/leads?sort=company&status=new&limit=20" }),
  },
  { name: "follow-ups of the caller", build: () => ({ method: "GET", path: "/api/v1/me/follow-ups" }) },
  ...PART_LENGTHS.map((length) => ({
    name: `search by ${length} letters of a common name`,
    build: () => buildSearch(lastName(0).slice(0, length)),
  })),
  { name: "search by a part that finds a page", build: ({ part }) => buildSearch(part) },
  { name: "create a lead", build: () => ({ method: "POST", path: "/api/v1/leads", body: buildLeadInput() }) },
  {
    name: "update a lead",
    build: ({ leadId }) => ({ method: "PATCH", path: `/api/v1/leads/${leadId}`, body: { company: `Company ${++serial}` } }),
  },
];

let serial = 0;

export async function benchFlat(options: FlatOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-flat-"));
  const folders = [join(directory, "small"), options.data ?? join(directory, "large")];
  const cases = CASES.filter(({ name }) => name.includes(options.request ?? ""));
  try {
    const tenants: LoadedTenant[] = [];
    for (const [index, folder] of folders.entries()) {
      const { loaded } = await loadStore(folder, index === 0 ? options.small : options.large);
      await buildColumns(folder, loaded.tenant);
      tenants.push(loaded);
    }
    const counts = [];
    for (const [index, folder] of folders.entries()) counts.push(await countAll(folder, cases, tenants[index] as LoadedTenant));
    return [await timeAll(folders, tenants, cases, counts, options)];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Finds a lead of the caller, the number of pages of leads, and a part of a name that finds about a page. */
async function findSubject(send: (call: Call) => Promise<Json>): Promise<Subject> {
  const { data } = await send({ method: "GET", path: "/api/v1/leads?owner=me&limit=1" });
  const { meta } = await send({ method: "GET", path: "/api/v1/leads?limit=20" });
  for (let rank = 0; rank < MAX_RANK; rank++)
    for (const length of [4, 5, 6]) {
      const part = lastName(rank).slice(0, length);
      const { total, total_is_lower_bound: isMore } = (await send(buildSearch(part))).meta;
      if (!isMore && total > 20 && total <= 30) return { leadId: data[0].id, pages: meta.totalPages, part };
    }
  throw new Error("No name finds about a page of leads");
}

/** Names are tried from the most common one. */
const MAX_RANK = 3000;

interface Count {
  readonly reads: number;
  readonly writes: number;
  readonly trips: number;
  readonly found: number | undefined;
}

/** Counts read units, write units and waits for the table of each case, in a process of its own caches. */
async function countAll(
  folder: string,
  cases: readonly Case[],
  { email, password, slug }: LoadedTenant,
): Promise<Map<string, Count>> {
  const meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: folder, archiveDays: 0, logFrom: "error", meter, runsInBackground: false });
  try {
    const { data } = await createClient(inProcessTransport(app)).login({ email, password, tenant_slug: slug });
    const transport = inProcessTransport(app, data.access_token);
    const send = async ({ method, path, body }: Call) => {
      const [pathname = "", query = ""] = path.split("?");
      const answer = await transport({
        ...{ method, path: pathname, query, headers: { "content-type": "application/json" } },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
      return JSON.parse(answer.body);
    };
    const subject = await findSubject(send);
    const counts = new Map<string, Count>();
    for (const { name, build } of cases) {
      await send(build(subject));
      const before = { ...meter };
      const { result, trips } = await countCommands(app.ports.database, () => send(build(subject)));
      const total = result.meta?.pagination?.total ?? result.meta?.total;
      counts.set(name, { reads: meter.read - before.read, writes: meter.write - before.write, trips, found: total });
    }
    return counts;
  } finally {
    await app.stop();
  }
}

async function startServer(folder: string, { email, password, slug }: LoadedTenant): Promise<Server> {
  const launched = await launchServer(folder);
  const { data } = await callApi(launched.url, "POST", "/api/v1/auth/login", undefined, { email, password, tenant_slug: slug });
  const token: string = data.access_token;
  const subject = await findSubject(({ method, path }) => callApi(launched.url, method, path, token));
  const stop = () => stopProcess(launched.process);
  return { url: launched.url, token, pid: Number(launched.process.pid), subject, stop };
}

interface Sample {
  duration: number;
  cpu: number;
}

async function timeAll(
  folders: readonly string[],
  tenants: readonly LoadedTenant[],
  cases: readonly Case[],
  counts: readonly Map<string, Count>[],
  { rounds, runs, small, large }: FlatOptions,
): Promise<Section> {
  const servers: Server[] = [];
  const rows: (string | number)[][] = [];
  const missed: string[] = [];
  try {
    for (const [index, folder] of folders.entries()) servers.push(await startServer(folder, tenants[index] as LoadedTenant));
    for (const { name, build } of cases) {
      const [few, many] = await timeCase(servers, build, { rounds, runs });
      if (!few || !many) continue;
      const ratio = median(many.map(({ duration }, round) => duration / (few[round]?.duration ?? Number.NaN)));
      const pair = (read: (count: Count | undefined) => number | undefined) =>
        counts.map((count) => read(count.get(name)) ?? "").join(" / ");
      const durations = [few, many].map((samples) => median(samples.map(({ duration }) => duration)));
      const cpu = [few, many].map((samples) => median(samples.map((sample) => sample.cpu)).toFixed(1)).join(" / ");
      const units = [pair((count) => count?.reads), pair((count) => count?.writes), pair((count) => count?.trips)];
      rows.push([name, ...durations, ratio, cpu, ...units, pair((count) => count?.found)]);
      console.error(`${name}: ${durations.map((duration) => duration.toFixed(2)).join(" and ")} ms, ${ratio.toFixed(2)}`);
      if (ratio > BOUND) missed.push(`${name}: ${ratio.toFixed(2)}, must be at most ${BOUND}`);
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  const head = ["request", "ms, few", "ms, many", "ratio", "processor ms", "read units", "write units", "waits", "finds"];
  const title = `Requests at ${large.toLocaleString("en")} leads against ${small.toLocaleString("en")}, over HTTP`;
  return { title, text: formatTable(head, rows), missed };
}

/** Times a request at both servers in turns of ten, and settles what follows from it between rounds. The first round is a warm-up. */
async function timeCase(
  servers: readonly Server[],
  build: Case["build"],
  { rounds, runs }: { rounds: number; runs: number },
): Promise<Sample[][]> {
  const samples: Sample[][] = servers.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    const durations = servers.map((): number[] => []);
    const cpu = servers.map(() => 0);
    for (let done = 0; done < runs; done += TURN) {
      for (const index of round % 2 ? [0, 1] : [1, 0]) {
        const { url, token, pid, subject } = servers[index] as Server;
        const before = measureCpuSeconds(pid);
        const call = () => {
          const { method, path, body } = build(subject);
          return callApi(url, method, path, token, body);
        };
        durations[index]?.push(...(await timeRuns(Math.min(TURN, runs - done), call)));
        cpu[index] = (cpu[index] ?? 0) + measureCpuSeconds(pid) - before;
      }
    }
    for (const { url } of servers) await callApi(url, "POST", "/_local/settle", undefined, {});
    if (round === 0) continue;
    for (const [index, times] of durations.entries())
      samples[index]?.push({ duration: median(times), cpu: ((cpu[index] ?? 0) * 1000) / runs });
  }
  return samples;
}

/** Requests to one server before the other takes its turn. */
const TURN = 10;
