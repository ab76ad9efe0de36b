import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { Directory } from "@crm/core/platform/user/directory.ts";
import { startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { openLoadedStore } from "../scripts/load/store.ts";
import { formatReport, loadStore } from "../scripts/load-leads.ts";
import { signUp } from "../test/support/app.ts";
import { loadLeads } from "./bulk-load.ts";

/** A store with leads, and a user who sees all of them. */
export interface ReportStore {
  readonly ports: Ports;
  readonly meter: Meter;
  readonly tenant: string;
  readonly user: string;
  readonly leads: number;
  /** The folder with its objects. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface ReportStoreOptions {
  /** Leads of the stores in memory. */
  counts: readonly number[];
  /** Leads of a store in a file, such as a million, which memory would not hold. */
  leads: number | undefined;
  /** The folder of a store made by `npm run load`, in place of that one. */
  data: string | undefined;
}

/** Returns functions that open the stores of the options, the smallest first. */
export function listReportStores({ counts, leads, data }: ReportStoreOptions): (() => Promise<ReportStore>)[] {
  const inMemory = counts.map((count) => () => openMemoryStore(count));
  return leads === undefined && data === undefined ? inMemory : [...inMemory, () => openFileStore(leads ?? 0, data)];
}

async function openMemoryStore(leads: number): Promise<ReportStore> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  await app.scheduler.stop();
  const { id, userId } = await signUp(app);
  await loadLeads(app.ports, id, leads, [userId]);
  return { ports: app.ports, meter, tenant: id, user: userId, leads, folder: app.state.folder, close: () => app.stop() };
}

async function openFileStore(leads: number, data: string | undefined): Promise<ReportStore> {
  const folder = data ?? mkdtempSync(join(tmpdir(), "crm-reports-"));
  if (data === undefined) console.error(formatReport((await loadStore(folder, leads)).report));
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const store = await openLoadedStore(folder, meter);
  const [user] = await runIn(store.context, () => Directory.listByRole("ADMIN"));
  const close = async (): Promise<void> => {
    await store.close();
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { ports: store.ports, meter, tenant: store.tenant, user: String(user), leads: store.leads, folder, close };
}

/** Does the work as the user of the store. */
export async function runAsUser<T>({ ports, tenant, user }: ReportStore, work: () => Promise<T>): Promise<T> {
  const context = await runIn(systemContext(ports, tenant, "bench"), () =>
    buildActorContext(user, { authority: "reader", request: "bench" }),
  );
  return runIn(context as Context, work);
}

/** Measures the growth of the heap while the work runs, in MB. */
export async function measureHeap<T>(work: () => Promise<T>): Promise<{ result: T; heap: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }, 50);
  const result = await work().finally(() => clearInterval(timer));
  return { result, heap: (peak - before) / 1024 ** 2 };
}
