import { JobError } from "@crm/sdk/index.ts";
import { crm } from "../../api/client.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import type { BulkChange, BulkResult } from "../rows/bulk-rules.ts";
import { CHANGES_PATH } from "./use-bulk-jobs.ts";

/** What a bulk change would do: the API tries its first records and writes nothing. */
export interface DryRun {
  readonly change: BulkChange;
  /** Records that would change, as they are now. */
  readonly samples: readonly ConsoleRecord[];
  readonly refused: readonly BulkResult[];
}

const MAX_SAMPLES = 5;
const MAX_REFUSED = 20;
const INTERVAL_MS = 200;

/** Tries a bulk change. If the caller aborts, the trial ends too. */
export async function tryChange(kind: Kind, body: object, signal: AbortSignal): Promise<DryRun> {
  const started = await crm.request<BulkChange>("POST", CHANGES_PATH, { body: { ...body, dry_run: true } });
  const stop = (): void => void crm.request("POST", `${CHANGES_PATH}/${started.id}/cancel`, { body: {} }).then(undefined, ignore);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const change = await waitForEnd(started, signal);
    const [refused, done] = await Promise.all([
      listResults(change, "failed", MAX_REFUSED, signal),
      listResults(change, "done", MAX_SAMPLES, signal),
    ]);
    const samples = await loadRecords(
      kind,
      done.map(({ id }) => id),
    );
    return { change, refused, samples: samples.flatMap((record) => record ?? []) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The trial may have ended before it was stopped. */
const ignore = (): void => undefined;

async function waitForEnd(started: BulkChange, signal: AbortSignal): Promise<BulkChange> {
  try {
    return await crm.waitForJob(started, { interval: INTERVAL_MS, signal });
  } catch (error) {
    if (error instanceof JobError) return error.job as BulkChange;
    throw error;
  }
}

const listResults = (
  { id }: BulkChange,
  status: BulkResult["outcome"],
  limit: number,
  signal: AbortSignal,
): Promise<BulkResult[]> =>
  crm.request<BulkResult[]>("GET", `${CHANGES_PATH}/${id}/results`, { query: { status, limit }, signal }).then((rows) => rows);

/** Loads records with the names behind their ids. A record that the user does not see, or that is deleted, is undefined. */
export const loadRecords = (kind: Pick<Kind, "path">, ids: readonly string[]): Promise<(ConsoleRecord | undefined)[]> =>
  Promise.all(
    ids.map((id) =>
      crm.request<ConsoleRecord>("GET", `${kind.path}/${id}`, { query: { expand: "labels" } }).then(
        (record) => record,
        () => undefined,
      ),
    ),
  );
