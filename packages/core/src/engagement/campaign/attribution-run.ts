import { Clock } from "../../kernel/clock.ts";
import { isReadOnlyView, runAsSystem, useTenant } from "../../kernel/context.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { ATTRIBUTION_RUN } from "./attribution.kind.ts";
import { DEFAULT_WINDOW_DAYS } from "./attribution.rules.ts";
import { isOpen, type RunRecord, Runs } from "./attribution-run.entity.ts";

/**
 * The run that computes all conversions of a tenant (docs/engagement/campaigns.md, Attribution). It starts when the window changes, and at the first report
 * of a tenant, for the sales that were made before attribution was released. The worker is in attribution-worker.ts.
 */

const runId = (): string => derivedId(ATTRIBUTION_RUN, idTime(useTenant()), useTenant());

const load = (): Promise<RunRecord | undefined> => Records.load(Runs, runId());

/**
 * Reads the days before a sale in which touches count, strongly consistent. They are in the run and not in the cached settings, so that no computation
 * uses a former window after the run has begun.
 */
export const readWindowDays = async (): Promise<number> => (await load())?.window_days ?? DEFAULT_WINDOW_DAYS;

/** What a job of a run has done. */
export interface Progress {
  /** The records that are walked: opportunities first. */
  stage: "opportunity" | "order";
  /** The last record that was computed. */
  after: string | null;
}

export const initialProgress: Progress = { stage: "opportunity", after: null };

/** Starts the run with this window, from the beginning. A worker of a former run stops. */
const start = (current: RunRecord | undefined, window_days: number): Promise<void> => {
  const fields = {
    window_days,
    number: (current?.number ?? 0) + 1,
    status: "running" as const,
    started_at: Clock.now(),
    finished_at: null,
  };
  const tx = transaction().put(Job.initialProgressItem(runId(), initialProgress));
  if (current) {
    const next = { ...current, ...fields, ...Job.requestWorker(current.turn) };
    tx.replace(Runs, current, Records.nextVersion(current, next));
  } else {
    const created = Records.init(Runs, { ...fields, ...Job.requestWorker() }, { id: runId() });
    tx.create(Runs, { ...created, updated_at: Clock.now() }, () => new WriteConflict("The run was started concurrently"));
  }
  return tx.commit(undefined);
};

/** Starts a run if the window of the settings is not that of the last run. Events of the tenant may come twice, late and in any order. */
export async function onTenantUpdated(): Promise<void> {
  for (let days = await readSetting(), previous: number | undefined; days !== previous; ) {
    const window = days;
    await retryOnConflict(async () => {
      const current = await load();
      if (window !== (current?.window_days ?? DEFAULT_WINDOW_DAYS)) await start(current, window);
    });
    // The setting may have changed meanwhile, and the other event may have been handled before this one.
    [previous, days] = [window, await readSetting()];
  }
}

const readSetting = async (): Promise<number> => (await Tenant.loadSettings()).attribution_window_days;

/** Returns whether conversions are being computed again. Starts the first run of a tenant. */
export async function isRecomputing(windowDays: number): Promise<boolean> {
  const run = await load();
  if (run) return isOpen(run) || run.window_days !== windowDays;
  if (!isReadOnlyView())
    await runAsSystem("campaign-fills", () =>
      retryOnConflict(async () => {
        const current = await load();
        if (!current) await start(undefined, await readSetting());
      }),
    );
  return true;
}

export * as AttributionRun from "./attribution-run.ts";
