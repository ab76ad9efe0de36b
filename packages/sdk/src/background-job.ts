import { CrmError } from "./errors.ts";
import type { BulkChange, Export, ExportStarted, Import, ImportStarted, ReengagementFill } from "./generated/schemas.ts";

/** Background jobs: what a 202 names, and when its record is final. */

export type Job = Import | Export | BulkChange | ReengagementFill;
export type StartedJob = Job | ImportStarted | ExportStarted;

/** The record of the job that an answer has started. */
export type JobRecord<S> = S extends Job ? S : S extends ImportStarted ? Import : S extends ExportStarted ? Export : Job;

export interface WaitOptions<J> {
  readonly signal?: AbortSignal | undefined;
  /** Called with each state that was read. */
  readonly onProgress?: ((job: J) => void) | undefined;
  /** Milliseconds between the first two reads; later ones are further apart, up to ten times. Default: 500. */
  readonly interval?: number | undefined;
}

/** A job has failed or was cancelled. `job` is its record; `job.error` says why, if it is known. */
export class JobError<J extends Job = Job> extends CrmError {
  override name = "JobError";
  readonly job: J;

  constructor(job: J) {
    super(`The job ${job.id} is ${job.status}${"error" in job && job.error ? `: ${job.error}` : ""}`);
    this.job = job;
  }
}

/** Returns the path of the record of a job. */
export function findJobPath(started: StartedJob): string {
  if ("import_id" in started) return `/api/v1/imports/${started.import_id}`;
  if ("export_id" in started) return `/api/v1/exports/${started.export_id}`;
  const path = started.links?.self;
  if (path === undefined) throw new TypeError("The job must be the answer that started it, or a record of a job with its links");
  return path;
}

const RUNNING: ReadonlySet<string> = new Set(["queued", "running", "reverting"]);
const FAILED: ReadonlySet<string> = new Set(["failed", "cancelled"]);

export const isRunning = ({ status }: Job): boolean => RUNNING.has(status);
export const hasFailed = ({ status }: Job): boolean => FAILED.has(status);
