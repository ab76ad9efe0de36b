import { isId } from "../kernel/id.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { isSeenBy } from "../sign-in/acting.ts";
import { merged } from "../storage/read/scan.ts";
import { Records } from "../storage/write/records.ts";
import { Availability } from "../user/availability.ts";
import { USER } from "../user/user.domain.ts";
import { type ApprovalRecord, Approvals, type reasons } from "./approval.entity.ts";
import { type ApproverKind, above } from "./approver.rules.ts";
import { Approver, type Subject } from "./approver.ts";
import { Round } from "./round.ts";

/** What is pending moves to the next one where who is asked is suspended, deleted or away; what was approved stays. */

type Because = (typeof reasons)[number];

/** An approval as somebody else is asked. */
export const passed = (approval: ApprovalRecord, { id, away_from }: Approver.Approver, because: Because): ApprovalRecord => ({
  ...approval,
  approver_id: id,
  asked_id: approval.asked_at === null ? null : id,
  stands_for_id: approval.approver_id,
  stands_because: because,
  tried: [...new Set([...approval.tried, approval.approver_id])],
  away_from,
});

/** As the next one is asked who can stand for the role; undefined where there is nobody. */
export async function to(
  approval: ApprovalRecord,
  subject: Subject,
  role: ApproverKind,
  because: Because,
): Promise<ApprovalRecord | undefined> {
  const found = await Approver.find(role, subject, await notAgain(approval));
  return found && passed(approval, found, because);
}

/** As `to`, of the role that is asked by now: once it was escalated, that above. */
export const next = (approval: ApprovalRecord, subject: Subject, because: Because): Promise<ApprovalRecord | undefined> =>
  to(approval, subject, approval.escalated_at === null ? approval.role : above[approval.role], because);

/** Who may not be asked: who may not approve at all, was asked before, or is asked beside. */
export async function notAgain(approval: ApprovalRecord): Promise<string[]> {
  const others = await Round.all(approval);
  return [...approval.never, ...approval.tried, approval.approver_id, ...others.map(({ approver_id }) => approver_id)];
}

/** An approval of what waits with somebody who is there: the same one, else the next; with nobody else it waits for them. */
export async function present(approval: ApprovalRecord, subject: Subject | undefined): Promise<ApprovalRecord> {
  const { because, away_from } = await Approver.presenceOf(approval.approver_id);
  const own = subject && (because ?? (await apartFrom(approval, subject)));
  return (own && (await next(approval, subject, own))) || { ...approval, away_from };
}

/** Nobody approves what is theirs, or what they do not see: it may have been given to somebody else since. */
async function apartFrom({ approver_id }: ApprovalRecord, { collection, record }: Subject): Promise<"OWNER" | "UNSEEN" | null> {
  if (collection.ownerOf(record) === approver_id) return "OWNER";
  return (await isSeenBy(approver_id, collection, record)) ? null : "UNSEEN";
}

/** Looks whether who is asked is there. */
export const look = (id: string): Promise<void> =>
  Records.unlessGone(
    Records.change(Approvals, id, async (current) =>
      current.status === "pending" ? present(current, await Round.subjectOf(current)) : current,
    ),
  );

/** So much that waits for a user is looked at; what is beyond goes to somebody above when its time comes. */
const MOST = 1000;

/** At what changes of a user or of when they are there, and when an absence begins. */
export async function hear(event: DomainEvent): Promise<void> {
  if (event.type === "approval.handover_due") return look(event.record_id);
  const user = isId(event.record_id, USER) ? event.record_id : await Availability.userOf(event.record_id);
  if (!user) return;
  const waiting = { index: "by_owner" as const, facets: { asked_id: user, status: "pending" } };
  let count = 0;
  for await (const row of merged(Approvals, [waiting], { order: "asc", after: undefined, chunk: 100 })) {
    if (++count > MOST) return;
    await look(Approvals.fromRow(row).id);
  }
}

export * as Handover from "./handover.ts";
