import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sendImport, waitForImport } from "./bulk.ts";
import { buildLeadInput } from "./http.ts";
import { callApi, measureMemoryMib, nodeFlags, root, startFreshServer, stopProcess } from "./server.ts";
import { formatTable, median, quantile, type Section } from "./stats.ts";

/** Twenty users during an import, with the table engine in the main thread and in a worker, to decide where it should run. */
export interface ThreadsOptions {
  rounds: number;
  rows: number;
}

const USERS = 20;
/** Milliseconds that a user waits between two requests. */
const THINK_MS = 500;

type ThreadKind = "main" | "worker";

interface Figures {
  /** Users' requests a second, and milliseconds of each. */
  perSecond: number;
  took: number[];
  /** Imported rows a second until all derived work is done. */
  rows: number;
  delay: { p50: number; p99: number; max: number };
  memory: number;
}

export async function benchThreads({ rounds, rows }: ThreadsOptions): Promise<Section[]> {
  const threads: readonly ThreadKind[] = ["main", "worker"];
  const figures: Record<ThreadKind, Figures[]> = { main: [], worker: [] };
  for (let round = 0; round < rounds; round++)
    for (const thread of threads) figures[thread].push(await measureThread(thread, rows));
  const computeMedian = (thread: ThreadKind, value: (sample: Figures) => number): number => median(figures[thread].map(value));
  const measures: [string, (sample: Figures) => number][] = [
    ["user requests, per second", ({ perSecond }) => perSecond],
    ["request p50, ms", ({ took: durations }) => quantile(durations, 0.5)],
    ["request p99, ms", ({ took: durations }) => quantile(durations, 0.99)],
    ["rows until all effects are done, per second", (sample) => sample.rows],
    ["delay of the event loop p50, ms", ({ delay }) => delay.p50],
    ["delay of the event loop p99, ms", ({ delay }) => delay.p99],
    ["maximum delay of the event loop, ms", ({ delay }) => delay.max],
    ["memory, MiB", ({ memory }) => memory],
  ];
  const lines = measures.map(([name, value]) => [name, ...threads.map((thread) => computeMedian(thread, value))]);
  const text = formatTable([`${USERS} users while ${rows} rows are imported`, "main thread", "worker"], lines);
  return [{ title: "The table engine in the main thread and in a worker", text, missed: [] }];
}

async function measureThread(thread: ThreadKind, rows: number): Promise<Figures> {
  const program = join(import.meta.dirname, "threads-server.ts");
  const server = await startFreshServer(root, [...nodeFlags, program, thread]);
  const child = server.process;
  try {
    const durations: number[] = [];
    child.kill("SIGUSR2");
    let isOpen = true;
    const users = Array.from({ length: USERS }, async (_, n) => {
      while (isOpen) {
        await sleep(THINK_MS * (0.5 + Math.random()));
        const started = performance.now();
        if (n % 4 === 0) await callApi(server.url, "POST", "/api/v1/leads", server.token, buildLeadInput());
        else await callApi(server.url, "GET", "/api/v1/leads?limit=20", server.token);
        durations.push(performance.now() - started);
      }
    });
    const started = performance.now();
    await waitForImport(server, await sendImport(server, rows, thread));
    isOpen = false;
    await Promise.all(users);
    const seconds = (performance.now() - started) / 1000;
    await callApi(server.url, "POST", "/_local/settle", undefined, {});
    const followed = (performance.now() - started) / 1000;
    const memory = measureMemoryMib(server);
    const output = once(child.stdout as NonNullable<ChildProcess["stdout"]>, "data");
    await stopProcess(child);
    const delay = JSON.parse(String((await output)[0])) as Figures["delay"];
    return { perSecond: durations.length / seconds, took: durations, rows: rows / followed, delay, memory };
  } finally {
    child.kill("SIGKILL");
    rmSync(server.folder, { recursive: true, force: true });
  }
}
