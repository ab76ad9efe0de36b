import { Clock } from "../../kernel/clock.ts";
import type { MessageLookup } from "../../messaging/message/message-lookup.ts";
import { Records } from "../../storage/write/records.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { clampToNow, ReengagementLedger } from "./contact-ledger.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import { buildDatedFact } from "./membership.ts";
import * as Sequence from "./sequence.rules.ts";

/** Derives the results of a member's steps from their messages. */

/** Applies steps to a member. If no step of the sequence reached the person, the member fails. */
export function applySteps(member: MemberRecord, batch: BatchRecord, steps: readonly Sequence.StepResult[]): MemberRecord {
  const next = { ...member, steps: [...steps], step_waits: null };
  const reason = Sequence.isSequenceActive(member.status) ? Sequence.findFailure(batch.sequence, steps) : undefined;
  const failed = reason === undefined ? member.failed : (member.failed ?? { at: Clock.now(), reason });
  return {
    ...next,
    failed,
    step_due_at: clampToNow(Sequence.computeDueTime(batch.sequence, steps, computeSequenceStart(member, batch))),
  };
}

const computeSequenceStart = ({ added_to_batch_at }: MemberRecord, { activated_at }: BatchRecord): string =>
  Sequence.computeStart(activated_at ?? "", added_to_batch_at);

type StepMessage = NonNullable<Awaited<ReturnType<typeof MessageLookup.load>>>;

/**
 * Applies the current state of a sequence message. A sent message counts as a contact of its own membership. The step ends, or is taken again if
 * the message was recalled. Repeated calls give the same result.
 */
export async function applyMessageResult(message: StepMessage): Promise<void> {
  const { sent_for_id, person_id } = message;
  const sourceMember = sent_for_id === null ? undefined : await Records.load(Members, sent_for_id);
  const batch = sourceMember && (await Records.load(Batches, sourceMember.batch_id));
  if (!batch) return;
  await ReengagementLedger.change(
    person_id,
    ({ members, person }) => {
      // After a merge, the survivor's membership of the same batch takes the result.
      const targetMember =
        members.find((member) => member.id === sent_for_id) ?? members.find(({ batch_id }) => batch_id === batch.id);
      if (!targetMember) return undefined;
      const next = applyMessage(targetMember, batch, message);
      return { members: members.map((member) => (member === targetMember ? next : member)), person };
    },
    () => undefined,
  );
}

/** Applies the current state of a message to the member that it was written for. */
export function applyMessage(member: MemberRecord, batch: BatchRecord, message: StepMessage): MemberRecord {
  const { id, sent_at, channel } = message;
  const steps = Sequence.applyMessage(member.steps, message, Clock.now());
  const next = steps === member.steps ? member : applySteps(member, batch, steps);
  const isKnown = member.contacts.some(({ source_id }) => source_id === id);
  return sent_at === null || isKnown ? next : { ...next, ...buildContactFields(next, channel, buildDatedFact(id, sent_at)) };
}

const buildContactFields = (member: MemberRecord, channel: StepMessage["channel"], contact: Rules.DatedFact) =>
  ReengagementLedger.toMemberFields(
    Rules.withContact(ReengagementLedger.toMembership(member), { ...contact, method: channel === "sms" ? "SMS" : "EMAIL" }),
  );
