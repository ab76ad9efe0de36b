import { Flow } from "../flow/flow.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts } from "../kernel/context.ts";
import { derivedId, timeOf } from "../kernel/id.ts";
import type { Json } from "../kernel/json.ts";
import { collectionOf, kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { type Asked, approvableOf } from "./approvable.ts";
import { APPROVAL } from "./approval.domain.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { outcomeOf, type Status, turnsOf } from "./approver.rules.ts";
import type { Subject } from "./approver.ts";
import { executionOf, FLOW } from "./flow-name.ts";

/** All that are asked by one submission: their ids follow from each other, so whoever has one has them by key. */

interface Of {
  subject_id: string;
  round: number;
}

export const idAt = (ms: number, { subject_id, round }: Of, place: number): string =>
  derivedId(APPROVAL, ms, `${subject_id}/${round}/${place}`);

const idsOf = (one: ApprovalRecord): string[] => Array.from({ length: one.of }, (_, at) => idAt(timeOf(one.id), one, at + 1));

/** In their order, as they are now. */
export async function all(one: ApprovalRecord): Promise<ApprovalRecord[]> {
  const records = await Records.loadMany(Approvals, idsOf(one));
  return records.filter((each) => each !== undefined);
}

export const shown = ({ id, role, approver_id, status }: ApprovalRecord): Asked => ({ id, role, approver_id, status });

/** Starts the execution, once. */
export const start = (one: ApprovalRecord): Promise<void> =>
  Flow.start(FLOW, executionOf(one), {
    approvals: idsOf(one),
    side_by_side: one.side_by_side,
    turns: turnsOf(one.patience).map((turn): Json => ({ ...turn })),
  });

/** What is to be approved, while it waits for this round. */
export async function subjectOf({
  subject_id,
  subject_type,
  round,
}: Of & Pick<ApprovalRecord, "subject_type">): Promise<Subject | undefined> {
  const kind = kindOf(subject_id);
  if (!kind) return undefined;
  const collection = await collectionOf(kind);
  const record = await Records.load(collection, subject_id, { live: true });
  const isWaiting = record && (await approvableOf(subject_type)).waits(record, round);
  return isWaiting ? { collection, record } : undefined;
}

/**
 * Tells the machine what has been written. An answer that gets lost is given again by who looks after the approval (watch.ts), so
 * whoever decided need not hear of it.
 */
export async function tell({ id, token, status }: Pick<ApprovalRecord, "id" | "token" | "status">): Promise<void> {
  if (token === null) return;
  try {
    await Flow.succeed(token, { status });
  } catch (error) {
    usePorts().log.write("warn", "An answer did not reach its flow: it is given again", { approval: id, error: String(error) });
  }
}

/** Seconds after which it is looked whether the machine has heard of a decision. */
const HEARD = 60;

/** An approval as it ends; nobody decides it any more. */
export const ended = (approval: ApprovalRecord, status: Exclude<Status, "pending">): ApprovalRecord => ({
  ...approval,
  status,
  attention_at: Clock.after(HEARD),
  away_from: null,
});

/** One that nobody has answered in time; what is decided stays so. */
export const expired = (approval: ApprovalRecord): ApprovalRecord =>
  approval.status === "pending" ? { ...ended(approval, "expired"), decided_at: Clock.now() } : approval;

/** Takes back what has not been decided. */
export async function cancel(id: string): Promise<void> {
  const written = await Records.change(Approvals, id, (current) =>
    current.status === "pending" ? ended(current, "cancelled") : current,
  );
  await tell(written);
}

/** Whether there is an outcome. */
export const isDecided = async (one: ApprovalRecord): Promise<boolean> =>
  outcomeOf((await all(one)).map(({ status }) => status)) !== undefined;

/**
 * Makes of a round that is decided the outcome of what was to be approved, and takes back what of it is left. Whether there was an outcome; twice
 * is as once.
 */
export async function conclude(one: ApprovalRecord): Promise<boolean> {
  const approvals = await all(one);
  const outcome = outcomeOf(approvals.map(({ status }) => status));
  if (outcome === undefined) return approvals.some(({ status }) => status === "cancelled");
  const comment = approvals.filter(({ comment: said }) => said !== null).at(-1)?.comment ?? null;
  const left = (status: Status): Status => (status === "pending" ? "cancelled" : status);
  const asked = approvals.map((each) => ({ ...shown(each), status: left(each.status) }));
  await Records.unlessGone((await approvableOf(one.subject_type)).conclude(one.subject_id, one.round, outcome, comment, asked));
  for (const each of approvals) if (each.status === "pending") await cancel(each.id);
  return true;
}

export * as Round from "./round.ts";
