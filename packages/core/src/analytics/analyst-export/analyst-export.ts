import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import { listTenants } from "../../storage/read/tenants.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import type { ExportColumn } from "./column.rules.ts";
import { type ExportedKind, listExportedKinds } from "./exported-kind.ts";
import { type Days, type KindEntry, type Manifest, readDays, readManifest, writeDays, writeManifest } from "./manifest.ts";
import { findNextDay, listIdDays, writePartition } from "./partition.ts";

/**
 * The export for analysts (docs/analytics/analyst-export.md): all kinds of a tenant as Parquet, one object for each kind and day of creation. A
 * run writes the days with changes since the last one. It works in slices and continues where the last slice ended.
 */

export interface ExportCommand {
  /** All tenants by default. */
  readonly tenant_id?: string | undefined;
  /** Writes every day again, not only those with changes. */
  readonly full: boolean;
  /** Whether columns that say who a person is are exported too. */
  readonly personal: boolean;
}

export interface ExportResult {
  tenants: number;
  /** Objects that this call wrote and deleted, with their rows and bytes. */
  written: number;
  deleted: number;
  rows: number;
  bytes: number;
  /** Values that do not have the type of their column. Their cells are empty. */
  misfits: number;
  /** Records that were left out, because the persons whom they are about may not be exported. */
  left_out: number;
  /** Whether the run is complete. Otherwise the same command continues. */
  done: boolean;
}

/** Progress is saved after this many objects. A killed run writes as many again. */
const PARTITIONS_BETWEEN_SAVES = 25;
/** An index shows a change a moment late, and a run whose worker was replaced may write an older day last. */
const OVERLAP_MS = 10 * 60 * 1000;
/** An object is written again after this many days, because the bucket deletes it at twice this age (stacks/storage.ts). */
export const REWRITE_DAYS = 30;
/** A run of all tenants passes over those whose last run started within this time. */
const RECENT_MS = 6 * 60 * 60 * 1000;
const JOB = "analyst-export";

interface Progress {
  /** The start of the run. */
  readonly run: string;
  readonly full: boolean;
  readonly personal: boolean;
  /** The kind in work, and its last day that is done. */
  readonly kind: string;
  readonly day: string | null;
  readonly isDone: boolean;
}

/** Exports for some seconds, or until all tenants are done. */
export async function run(ports: Ports, command: ExportCommand, seconds: number): Promise<ExportResult> {
  const until = Clock.machineTime() + seconds * 1000;
  const tenants =
    command.tenant_id === undefined
      ? await runIn(systemContext(ports, undefined, "operator", ["tenants"]), listTenants)
      : [command.tenant_id];
  const result: ExportResult = { tenants: 0, written: 0, deleted: 0, rows: 0, bytes: 0, misfits: 0, left_out: 0, done: true };
  for (const tenant of tenants) {
    const work = () => Tenant.runWithSettings(() => new TenantExport(command, result, until).run());
    result.done = await runIn(systemContext(ports, tenant, "operator"), async () =>
      command.tenant_id === undefined && (await isRecentlyExported()) ? true : work(),
    );
    if (!result.done) break;
    result.tenants++;
  }
  return result;
}

/** Whether a run of all tenants passes over the tenant, so that its next slice reaches the tenants that are left. */
async function isRecentlyExported(): Promise<boolean> {
  const { exported_at } = await readManifest();
  return exported_at !== null && exported_at > new Date(Clock.ms() - RECENT_MS).toISOString();
}

class TenantExport {
  readonly #command: ExportCommand;
  readonly #result: ExportResult;
  /** The machine's time at which the slice ends. */
  readonly #until: number;

  constructor(command: ExportCommand, result: ExportResult, until: number) {
    this.#command = command;
    this.#result = result;
    this.#until = until;
  }

  /** Exports the tenant of the context. Returns whether it is done. */
  async run(): Promise<boolean> {
    const [, slug] = await Tenant.listNames();
    if (slug === undefined) throw notFound();
    const { full, personal } = this.#command;
    let lease = await Job.claim<Progress>(JOB);
    const former = lease.state;
    const isResumed = former && !former.isDone && former.full === full && former.personal === personal;
    const start: Progress = isResumed ? former : { run: Clock.now(), full, personal, kind: "", day: null, isDone: false };
    let manifest: Manifest = { ...(await readManifest()), slug };
    for (const kind of await listExportedKinds(listDomains())) {
      const { name } = kind.collection;
      if (name < start.kind) continue;
      const at: Progress = { ...start, kind: name, day: name === start.kind ? start.day : null };
      const exported = await this.#exportKind(kind, at, manifest.kinds[name], lease);
      ({ lease } = exported);
      if (!exported.entry) return false;
      manifest = { ...manifest, kinds: { ...manifest.kinds, [name]: exported.entry } };
      if (exported.hasChanged) await writeManifest(manifest);
    }
    await Job.saveProgress(JOB, lease, { ...start, kind: "", day: null, isDone: true });
    await writeManifest({ ...manifest, exported_at: start.run });
    return true;
  }

  /** Exports a kind. Returns its entry in the manifest; none if the time is over. */
  async #exportKind(
    { collection, columns: allColumns }: ExportedKind,
    progress: Progress,
    former: KindEntry | undefined,
    claimed: JobLease<Progress>,
  ): Promise<{ lease: JobLease<Progress>; entry?: KindEntry; hasChanged: boolean }> {
    const columns = allColumns.filter(({ isPersonal }) => progress.personal || !isPersonal);
    const digest = digestColumns(columns);
    const isWhole = progress.full || former?.columns !== digest;
    const changed = isWhole ? undefined : await listChangedDays(collection, former, progress);
    const unchanged = { exported_at: progress.run, columns: digest, oldest_at: former?.oldest_at ?? null };
    if (changed?.length === 0) return { lease: claimed, entry: unchanged, hasChanged: false };
    const days = await readDays(collection.name);
    let lease = claimed;
    let day = progress.day;
    for (let count = 1; ; count++) {
      day = (await nextDay(collection, day, changed)) ?? null;
      if (day === null) break;
      await this.#exportDay({ collection, columns }, day, days);
      const isOver = Clock.machineTime() >= this.#until;
      if (!isOver && count % PARTITIONS_BETWEEN_SAVES !== 0) continue;
      // The lease is checked first: a worker that was replaced must not write the list of days.
      lease = await Job.saveProgress(JOB, lease, { ...progress, day });
      await writeDays(collection.name, days);
      if (isOver) return { lease, hasChanged: true };
    }
    if (isWhole) await this.#deleteFormerDays({ collection, columns }, days, progress.run);
    lease = await Job.saveProgress(JOB, lease, { ...progress, day: LAST_DAY });
    await writeDays(collection.name, days);
    return { lease, entry: { ...unchanged, oldest_at: findOldest(days) }, hasChanged: true };
  }

  async #exportDay(kind: ExportedKind, day: string, days: Days): Promise<void> {
    const { rows, bytes, misfits, left_out } = await writePartition(kind, day);
    const result = this.#result;
    result.left_out += left_out;
    if (rows === 0) {
      if (days[day]) result.deleted++;
      delete days[day];
      return;
    }
    days[day] = { rows, bytes, at: Clock.now() };
    result.written++;
    result.rows += rows;
    result.bytes += bytes;
    result.misfits += misfits;
  }

  /** Deletes the objects of days that a whole run has not met, because their records are gone. */
  async #deleteFormerDays(kind: ExportedKind, days: Days, run: string): Promise<void> {
    for (const [day, { at }] of Object.entries(days)) if (at < run) await this.#exportDay(kind, day, days);
  }
}

/** Sorts after every day: the kind is done. */
const LAST_DAY = "~";

const digestColumns = (columns: readonly ExportColumn[]): string =>
  sha256(JSON.stringify(columns.map(({ name, type, isList }) => [name, type, isList])));

const findOldest = (days: Days): string | null =>
  Object.values(days)
    .map(({ at }) => at)
    .sort()[0] ?? null;

async function nextDay(
  collection: Collection<BaseRecord>,
  day: string | null,
  changed: readonly string[] | undefined,
): Promise<string | undefined> {
  if (day === LAST_DAY) return undefined;
  return changed ? changed.find((next) => day === null || next > day) : findNextDay(collection, day);
}

/** Lists the days with records that changed since the last run, and the days whose objects are old. */
async function listChangedDays(collection: Collection<BaseRecord>, former: KindEntry, { run }: Progress): Promise<string[]> {
  const days = new Set<string>();
  const since = new Date(Date.parse(former.exported_at) - OVERLAP_MS).toISOString();
  for await (const ids of readChangedIds(collection, since)) for (const day of listIdDays(ids)) days.add(day);
  const bound = new Date(Date.parse(run) - REWRITE_DAYS * 24 * 60 * 60 * 1000).toISOString();
  if (former.oldest_at !== null && former.oldest_at < bound)
    for (const [day, { at }] of Object.entries(await readDays(collection.name))) if (at < bound) days.add(day);
  return [...days].sort();
}

export * as AnalystExport from "./analyst-export.ts";
