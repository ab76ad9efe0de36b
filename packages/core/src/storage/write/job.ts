import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isConditionFailed, readItem, readItems, send, tableName, update } from "../table/database.ts";
import type { Item, WriteStep } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * Work that takes longer than a function may run. It is done in slices, and its progress is stored in an item for the record that requested
 * it. A worker claims the job at the start of a slice; from then on, writes of the former worker fail. A slice may therefore be killed or
 * started twice.
 */
export interface JobLease<S> {
  readonly worker: string;
  /** Slices that were started since the last progress. */
  readonly tries: number;
  /** The saved progress; undefined at the beginning. */
  readonly state: S | undefined;
}

/** Another worker has claimed the job: this one must stop. */
export class LeaseLost extends Error {
  override name = "Fenced";
}

/** Runs work, and ends quietly if another worker claims the job, because that one continues. */
export async function ignoreLeaseLoss(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}

/** Builds a key in the partition of a job. Other items of the job are stored there too. */
export const jobKey = (id: string, sk: string): Key => ({ pk: tenantKey(useTenant(), "JOB", id), sk });
const progressKey = (id: string): Key => jobKey(id, "progress");

const parseLease = <S>(item: Item | undefined): JobLease<S> => ({
  worker: String(item?.worker ?? ""),
  tries: Number(item?.tries ?? 0),
  state: item?.state === undefined ? undefined : (JSON.parse(String(item.state)) as S),
});

export const readProgress = async <S>(id: string): Promise<S | undefined> => parseLease<S>(await readItem(progressKey(id))).state;

/** Returns the saved progress of several jobs, in the order of their ids. */
export const readAllProgress = async <S>(ids: readonly string[]): Promise<(S | undefined)[]> =>
  (await readItems(ids.map(progressKey))).map((item) => parseLease<S>(item).state);

export async function claim<S>(id: string): Promise<JobLease<S>> {
  const { Attributes } = await update({
    Key: progressKey(id),
    UpdateExpression: "SET worker = :me ADD tries :one",
    ExpressionAttributeValues: { ":me": randomUUID(), ":one": 1 },
    ReturnValues: "ALL_NEW",
  });
  return parseLease(Attributes);
}

const buildProgressPut = <S>(id: string, { worker }: JobLease<S>, state: S) => ({
  TableName: tableName(),
  Item: { ...progressKey(id), worker, tries: 0, state: JSON.stringify(state) },
  ConditionExpression: "worker = :me",
  ExpressionAttributeValues: { ":me": worker },
});

/** Saves the progress of the job. Throws LeaseLost if another worker has claimed it. */
export async function saveProgress<S>(id: string, lease: JobLease<S>, state: S): Promise<JobLease<S>> {
  try {
    await send(new PutCommand(buildProgressPut(id, lease, state)));
    return { worker: lease.worker, tries: 0, state };
  } catch (error) {
    throw isConditionFailed(error) ? new LeaseLost("Another worker was started") : error;
  }
}

/** The same as a step of a transaction. */
export const saveProgressStep = <S>(id: string, lease: JobLease<S>, state: S): WriteStep => ({
  action: { Put: buildProgressPut(id, lease, state) },
  rejection: () => new LeaseLost("Another worker was started"),
});

/** Builds the step of a transaction that fails if another worker has claimed the job, and resets its tries. */
export const requireLeaseStep = (id: string, { worker }: Pick<JobLease<unknown>, "worker">): WriteStep => ({
  action: {
    Update: {
      TableName: tableName(),
      Key: progressKey(id),
      UpdateExpression: "SET tries = :none",
      ConditionExpression: "worker = :me",
      ExpressionAttributeValues: { ":me": worker, ":none": 0 },
    },
  },
  rejection: () => new LeaseLost("Another worker was started"),
});

/** Builds the item of a job that starts again from this state. A worker that has claimed it loses its lease. */
export const initialProgressItem = <S>(id: string, state: S): Item & Key => ({
  ...progressKey(id),
  worker: "",
  state: JSON.stringify(state),
});

/** Fields of a record that requests work in slices. */
export interface Resumable {
  /** Number of slices that were requested. */
  turn: number;
  /** When the sweep starts another worker, if the current one has not finished by then. */
  attention_at: string | null;
}

/** Seconds after which to look again for records that an index did not show yet. */
export const INDEX_LAG_SECONDS = 120;

/** Seconds after which a job without progress gets another worker. */
const ATTENTION_SECONDS = 5 * 60;

/** Returns the fields that request the next slice. */
export const requestWorker = (before = 0): Resumable => ({ turn: before + 1, attention_at: Clock.addSeconds(ATTENTION_SECONDS) });

/** Fields of a job that has ended: its clock stops. */
export const buildEndFields = (): { finished_at: string; attention_at: null } => ({
  finished_at: Clock.now(),
  attention_at: null,
});

/**
 * Returns the part of a collection's definition for such records. Each request publishes the event `continue_requested` while there is work
 * to do.
 */
export const resumableDefinition = <R extends Resumable>(isOpen: (record: R) => boolean) => ({
  internal: ["turn", "attention_at"] as const,
  clocks: { attention: ({ attention_at }: R) => attention_at },
  events: { continue_requested: (after: R, before: R | undefined) => before?.turn !== after.turn && isOpen(after) },
});

export * as Job from "./job.ts";
