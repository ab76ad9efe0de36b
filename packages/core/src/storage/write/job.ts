import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { get, isConditionFailed, send, tableName, update } from "../table/database.ts";
import type { Item, WriteStep } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * Work that takes longer than a function may run: it is done in turns, and how far it is stands beside the record that asks
 * for it. A worker takes the job over when its turn begins, and whoever had it before writes nothing more: so a turn may be
 * killed, or called twice.
 */
export interface JobLease<S> {
  readonly worker: string;
  /** Turns that began since one got further. */
  readonly tries: number;
  /** How far the job is; undefined at its beginning. */
  readonly state: S | undefined;
}

/** Another worker was called meanwhile: this one has nothing to say any more. */
export class LeaseLost extends Error {
  override name = "Fenced";
}

/** Works until another turn begins meanwhile, which then goes on. */
export async function ignoreLeaseLoss(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}

/** The partition of a job: what belongs to it stands there too. */
export const jobKey = (id: string, sk: string): Key => ({ pk: tenantKey(useTenant(), "JOB", id), sk });
const progressKey = (id: string): Key => jobKey(id, "progress");

const parseLease = <S>(item: Item | undefined): JobLease<S> => ({
  worker: String(item?.worker ?? ""),
  tries: Number(item?.tries ?? 0),
  state: item?.state === undefined ? undefined : (JSON.parse(String(item.state)) as S),
});

export const readProgress = async <S>(id: string): Promise<S | undefined> => parseLease<S>(await get(progressKey(id))).state;

/** Takes the job over. */
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

/** Writes down how far the job is. */
export async function saveProgress<S>(id: string, lease: JobLease<S>, state: S): Promise<JobLease<S>> {
  try {
    await send(new PutCommand(buildProgressPut(id, lease, state)));
    return { worker: lease.worker, tries: 0, state };
  } catch (error) {
    throw isConditionFailed(error) ? new LeaseLost("Another worker was called") : error;
  }
}

/** The same as the step of a transaction. */
export const saveProgressStep = <S>(id: string, lease: JobLease<S>, state: S): WriteStep => ({
  action: { Put: buildProgressPut(id, lease, state) },
  rejection: () => new LeaseLost("Another worker was called"),
});

/** The step of a transaction that holds only while the worker is the one that was called last, and says that it got further. */
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
  rejection: () => new LeaseLost("Another worker was called"),
});

/** The item of a job that begins anew, from this state; whoever worked on it is overtaken. */
export const initialProgressItem = <S>(id: string, state: S): Item & Key => ({
  ...progressKey(id),
  worker: "",
  state: JSON.stringify(state),
});

/** What stands on a record that asks for work in turns. */
export interface Resumable {
  /** Workers that have been called for it. */
  turn: number;
  /** When it is looked after, if its worker has not come back by then. */
  attention_at: string | null;
}

/** Seconds after which what an index did not show yet is looked for once more. */
export const INDEX_LAG_SECONDS = 120;

/** Seconds after which work that nobody goes on with is looked after. */
const ATTENTION_SECONDS = 5 * 60;

/** Calls a worker for a record, after those that were called before. */
export const requestWorker = (before = 0): Resumable => ({ turn: before + 1, attention_at: Clock.addSeconds(ATTENTION_SECONDS) });

/**
 * How a collection of such records is declared: each call is an event, `continue_requested`, as long as there is something to
 * be done.
 */
export const resumableDefinition = <R extends Resumable>(isOpen: (record: R) => boolean) => ({
  internal: ["turn", "attention_at"] as const,
  clocks: { attention: ({ attention_at }: R) => attention_at },
  events: { continue_requested: (after: R, before: R | undefined) => before?.turn !== after.turn && isOpen(after) },
});

export * as Job from "./job.ts";
