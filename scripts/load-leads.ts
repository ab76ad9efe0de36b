import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import { loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { hasTable } from "@crm/local/table/file.ts";
import { formatBytes, requireOption, runCommand } from "@crm/local/terminal-command.ts";
import { inProcessTransport } from "../test/support/app.ts";
import { staff } from "./demo/sample-data.ts";
import type { LoadContext } from "./load/items.ts";
import { buildProspectSeries } from "./load/prospects.ts";
import { addReports, emptyReport, type LoadReport, loadSlice } from "./load/slice.ts";
import { verifyStore } from "./load/verification.ts";

/**
 * Creates a store with many leads for measurements: `npm run load -- --leads=1000000 --data=DIR`. The tenant and its users are created through the
 * API. The leads are written directly to the table's file, because through the API a lead is some thirty writes, and a million of them take a working
 * day. The result is the same as through the API (test/local/load), except for the stream's records, which are deleted after a day anyway.
 *
 * It works in slices, and stops between two slices on a signal. A later run continues up to the requested number.
 */
const USAGE = "npm run load -- --data=DIR [--leads=1000000] [--seed=2026] [--prove=1000]";

/** A loaded tenant: its id, its administrator's credentials, and the users who own leads. */
export interface LoadedTenant {
  tenant: string;
  slug: string;
  email: string;
  password: string;
  owners: string[];
}

export const DEFAULT_SEED = 2026;
const PASSWORD = "Lantern-Harbour-7";
/** Leads in one slice. */
const SLICE_LEADS = 25_000;

/** The progress of loading, in a file in the store's folder. */
interface Progress {
  loaded: LoadedTenant;
  loading: LoadContext;
  report: LoadReport;
  /** True while a slice is written. If a later run finds it true, the slice was interrupted and the table's file is unusable. */
  writing: boolean;
  /** True once the columns of all these leads are built. */
  hasColumns?: boolean;
}

/** Creates a store with a tenant of ten users and this many leads, or adds the missing leads to an existing one. */
export async function loadStore(folder: string, count: number, seed = DEFAULT_SEED, goesOn = () => true): Promise<Progress> {
  let progress = hasTable(folder) ? readProgress(folder) : await createStore(folder, seed);
  const crowd = buildProspectSeries(progress.loaded.owners, progress.loading.seed);
  while (progress.report.leads < count && goesOn()) {
    const from = progress.report.leads;
    const to = Math.min(from + SLICE_LEADS, count);
    saveProgress(folder, { ...progress, writing: true, hasColumns: false });
    progress = {
      ...progress,
      hasColumns: false,
      report: addReports(progress.report, loadSlice(folder, crowd, progress.loading, { from, to })),
    };
    saveProgress(folder, progress);
    if (to % 50_000 === 0) console.error(formatReport(progress.report));
    // Signals are handled between two slices.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return progress;
}

const progressFile = (folder: string): string => join(folder, "load.json");
const saveProgress = (folder: string, progress: Progress): void =>
  writeFileSync(progressFile(folder), JSON.stringify(progress), { mode: 0o600 });

function readProgress(folder: string): Progress {
  if (!existsSync(progressFile(folder))) throw new Refusal(`${folder} already contains a store. Specify another folder.`);
  const progress = JSON.parse(readFileSync(progressFile(folder), "utf8")) as Progress;
  if (progress.writing) throw new Refusal(`Loading into ${folder} was killed midway. Remove the folder, and start again.`);
  return progress;
}

async function createStore(folder: string, seed: number): Promise<Progress> {
  const started = performance.now();
  const app = await startApp({ data: folder, archiveDays: 0, logFrom: "error" });
  const { loaded, loading } = await signUpTenant(app, "load", seed).finally(() => app.stop());
  const setup = (performance.now() - started) / 1000;
  const progress = {
    loaded,
    loading,
    report: { ...emptyReport, seconds: { ...emptyReport.seconds, setup } },
    writing: false,
  };
  saveProgress(folder, progress);
  return progress;
}

/** Signs up a tenant with ten users. Loaded leads are attributed to its administrator's session. */
export async function signUpTenant(app: App, slug: string, seed: number) {
  const [admin, ...colleagues] = staff;
  const email = `${admin.first_name.toLowerCase()}@${slug}.example`;
  const { first_name, last_name } = admin;
  const sign = { tenant_name: "Load", tenant_slug: slug, first_name, last_name, email, password: PASSWORD };
  const { data } = await createClient(inProcessTransport(app)).signup(sign);
  const crm = createClient(inProcessTransport(app, data.access_token));
  await crm.updateTenant({ settings: { rate_limit_per_minute: 1_000_000 } });
  const owners = [data.user.id];
  for (const { first_name, last_name, role, department } of colleagues.slice(0, 9)) {
    const user = { email: `${first_name.toLowerCase()}@${slug}.example`, password: PASSWORD };
    owners.push((await crm.createUser({ ...user, first_name, last_name, role, department })).data.id);
  }
  const { settings } = (await crm.getTenant()).data;
  await app.settle();
  const loaded = { tenant: data.tenant.id, slug, email, password: PASSWORD, owners };
  return { loaded, loading: buildLoadContext(loaded.tenant, data, settings, seed), token: data.access_token };
}

/** Builds the context of loading: leads are created by the administrator, in the session of the sign-up. */
export const buildLoadContext = (
  tenant: string,
  session: { access_token: string; user: { id: string } },
  { default_country, currency }: { default_country: string; currency: string },
  seed = DEFAULT_SEED,
): LoadContext => {
  const claims = JSON.parse(Buffer.from(session.access_token.split(".")[1] ?? "", "base64url").toString()) as { sid: string };
  const writeContext = { actor: session.user.id, request: "", session: claims.sid, ip: "127.0.0.1", user_agent: "test" };
  return { tenant, by: writeContext, country: default_country, currency, seed };
};

export function formatReport({ leads, items, indexed, bytes, seconds, cpu }: LoadReport): string {
  const numbers = [leads, items, indexed].map((count) => count.toLocaleString("en"));
  const phases = Object.entries(seconds).map(([name, duration]) => `${name} ${duration.toFixed(1)} s`);
  const sizes = `${numbers[0]} leads: ${numbers[1]} items, ${numbers[2]} index rows, ${formatBytes(bytes)}`;
  return `${sizes}; ${phases.join(", ")} (CPU ${cpu.toFixed(1)} s)`;
}

/**
 * Builds the columns of the leads and persons, which the stream would otherwise ask for. Those of an earlier run are built again, because the feed of
 * events knows nothing of leads that were written to the file.
 */
export async function buildColumns(folder: string, tenant: string): Promise<void> {
  const app = await startApp({ data: folder, archiveDays: 0, logFrom: "error" });
  try {
    await runIn(systemContext(app.ports, tenant, "load"), async () => {
      for (const kind of ["lead", "person"]) {
        await send(new DeleteCommand({ TableName: tableName(), Key: { pk: tenantKey(tenant, "COLUMNS"), sk: kind } }));
        await maintain(await loadCollectionByName(kind), Number.POSITIVE_INFINITY);
      }
    });
  } finally {
    await app.stop();
  }
}

/** Makes a store with this many leads and their columns; one that has them is left as it is. */
export async function makeStore(folder: string, count: number, seed?: number, goesOn?: () => boolean): Promise<Progress> {
  const progress = await loadStore(folder, count, seed, goesOn);
  const started = performance.now();
  if (progress.hasColumns) return progress;
  await buildColumns(folder, progress.loaded.tenant);
  console.error(`Columns built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const made = { ...progress, hasColumns: true };
  saveProgress(folder, made);
  return made;
}

/** Verifies an existing store and prints the result. `--prove=1000` checks that many of its leads, and recounts. */
async function printVerification(folder: string, sample: number, seed: number | undefined): Promise<void> {
  const { wrong: faults, recount, sampled } = await verifyStore(folder, sample, seed ?? DEFAULT_SEED);
  const { records, differences } = recount;
  console.log(
    `${sampled} leads checked, ${faults.length} errors; ${records} records recounted, ${differences.length} differences`,
  );
  for (const line of [...faults, ...differences.map((difference) => JSON.stringify(difference))].slice(0, 20)) console.log(line);
  if (faults.length + differences.length > 0) process.exitCode = 1;
}

const parseNumber = (value: string, name: string, maxValue: number): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > maxValue)
    throw new Refusal(`--${name} must be a number from 1 to ${maxValue}: ${USAGE}`);
  return number;
};

if (import.meta.main) {
  await runCommand(USAGE, ["data", "leads", "seed", "prove"], async (options) => {
    const folder = resolve(requireOption(options.data, USAGE));
    const seed = options.seed === undefined ? undefined : parseNumber(options.seed, "seed", 1_000_000);
    if (options.prove !== undefined) return printVerification(folder, parseNumber(options.prove, "prove", 100_000), seed);
    let isStopped = false;
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (isStopped = true));
    const count = parseNumber(options.leads ?? "1000000", "leads", 5_000_000);
    const { report, loaded } = await makeStore(folder, count, seed, () => !isStopped);
    console.log(formatReport(report));
    console.log(`Sign in as ${loaded.email}, password ${loaded.password}, tenant ${loaded.slug}.`);
  });
}
