import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { type Context, hasPermission, runIn, useContext } from "../../kernel/context.ts";
import { isFailure, notFound } from "../../kernel/error.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import { messageGrants } from "../../messaging/message/message.kind.ts";
import { Message } from "../../messaging/message/message.ts";
import { MessageLookup } from "../../messaging/message/message-lookup.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildPersonValues } from "../../messaging/template/merge-values.ts";
import { listCustomers } from "../../people/person/customers.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { computeStepDue, ReengagementLedger } from "./contact-ledger.ts";
import { type MemberRecord, Members, type SentStep, type stepWaitReasons } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import { reengagementGrants } from "./reengagement.kind.ts";
import * as Sequence from "./sequence.rules.ts";
import { applyMessage, applySteps } from "./step-results.ts";

/**
 * Sends the message of a step. The workflow of the batch runs this as its step, until the step has ended (sequence-workflow.ts). One transaction
 * writes the message, the step and the progress of the workflow, conditional on the revision of the person's ledger. So a step has one message,
 * even if the workflow runs it twice or a worker is killed. If two batches contact a person at the same moment, the second sees the hold of the first.
 */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

/** Delay after which a waiting step is checked again, unless a change of the member triggers it earlier. */
const RECHECK_SECONDS = 24 * 60 * 60;
/** The same delay for a deleted person, who may be restored. */
const DELETED_RECHECK_SECONDS = 7 * RECHECK_SECONDS;
/** The same delay for a batch or a member that has just left its state: the workflow follows at once. */
const STOPPED_RECHECK_SECONDS = 60;

/** Sends the message of a step if it is due, or checks a message that is under way. A step that has ended has no further effect. */
export async function runStep(memberId: string, step: number): Promise<SentStep> {
  const { personal_key_id } = await Records.read(Members, memberId);
  let batch: BatchRecord | undefined;
  return ReengagementLedger.change(
    personal_key_id,
    async ({ members, person: personFacts }, tx, person) => {
      const member = members.find((each) => each.id === memberId);
      if (!member) throw notFound();
      batch = await Records.load(Batches, member.batch_id, { live: true });
      if (batch?.status !== "ACTIVE" || hasEnded(member, batch, step)) return undefined;
      if (!Sequence.isSequenceActive(member.status)) return undefined;
      const hold = Rules.findHold(ReengagementLedger.toMemberships(members), personFacts);
      const next = await advance(member, batch, { tx, person, hold });
      return { members: members.map((each) => (each === member ? next : each)), person: personFacts };
    },
    (members) => present(memberId, { member: members.find((each) => each.id === memberId), batch, step }),
  );
}

/** Whether a step has ended, or the sequence no longer has it. */
const hasEnded = (member: MemberRecord, { sequence }: BatchRecord, step: number): boolean =>
  Sequence.countFinishedSteps(member.steps) >= step || (!Sequence.findWaiting(member.steps) && !sequence[member.steps.length]);

interface StepState {
  readonly member: MemberRecord | undefined;
  readonly batch: BatchRecord | undefined;
  readonly step: number;
}

function present(memberId: string, { member, batch, step }: StepState): SentStep {
  const { sequence_step = 0, step_waits = null } = member ?? {};
  const isActive = batch?.status === "ACTIVE";
  return {
    ...{ id: memberId, sequence_step, step_waits },
    next_step_at: isActive ? (member?.next_step_at ?? null) : null,
    postponed_until: computePostponement({ member, batch, step }),
  };
}

function computePostponement({ member, batch, step }: StepState): string | null {
  if (!member) return Clock.addSeconds(DELETED_RECHECK_SECONDS);
  if (batch && hasEnded(member, batch, step)) return null;
  if (batch?.status !== "ACTIVE" || !Sequence.isSequenceActive(member.status)) return Clock.addSeconds(STOPPED_RECHECK_SECONDS);
  return Sequence.findWaiting(member.steps) ? Clock.addSeconds(RECHECK_SECONDS) : member.step_due_at;
}

/** Takes the next step if it is due. If its message is under way, applies the state of the message: events do so too, and may be lost. */
async function advance(member: MemberRecord, batch: BatchRecord, context: StepContext): Promise<MemberRecord> {
  const waiting = Sequence.findWaiting(member.steps);
  if (waiting) {
    const message = waiting.message_id === null ? undefined : await MessageLookup.load(waiting.message_id);
    const next = message ? applyMessage(member, batch, message) : member;
    return next.steps.length < member.steps.length ? advance(next, batch, context) : next;
  }
  const due = computeStepDue(member, batch);
  return due !== null && due > Clock.now() ? { ...member, step_due_at: due, step_waits: null } : takeStep(member, batch, context);
}

interface StepContext {
  tx: Transaction;
  person: PersonRecord;
  hold: Rules.Hold | null;
}

/** Takes the due step. Adds its message to the transaction, or marks the step as waiting, or skips it. Returns the changed member. */
async function takeStep(member: MemberRecord, batch: BatchRecord, { tx, person, hold }: StepContext): Promise<MemberRecord> {
  const step = batch.sequence[member.steps.length];
  if (!step) return { ...member, step_due_at: null, step_waits: null };
  const now = Clock.now();
  const holding = hold && hold.member_id !== member.id ? await Records.load(Batches, hold.batch_id, { live: true }) : undefined;
  if (Rules.isHeld(member, hold, now, holding?.status))
    return markWaiting(member, "other_batch", [hold.until, Clock.addSeconds(RECHECK_SECONDS)].sort()[0]);
  const context = await buildStarterContext(batch);
  return context
    ? runIn(context, () => sendStep({ member, batch, step }, { tx, person }))
    : markWaiting(member, "starter_rights");
}

/**
 * Builds the context in which a message is written: with the present rights of the user who last activated the batch. Undefined if this user may not
 * sign in any more. What the system or an earlier release has activated runs in the present context.
 */
async function buildStarterContext({ id, started_by }: BatchRecord): Promise<Context | undefined> {
  if (started_by === null || started_by.startsWith("system:")) return useContext();
  return buildActorContext(started_by, { authority: "reengagement_step", request: id });
}

interface DueStep {
  readonly member: MemberRecord;
  readonly batch: BatchRecord;
  readonly step: BatchRecord["sequence"][number];
}

/** Writes the message of a due step with the rights of the present user. */
async function sendStep({ member, batch, step }: DueStep, { tx, person }: Omit<StepContext, "hold">): Promise<MemberRecord> {
  if (!(await maySendTo(person))) return markWaiting(member, "starter_rights");
  const now = Clock.now();
  try {
    await requireProcessable("person_id", person.id, "automate");
    const drafted = await Message.draft(
      {
        ...{ channel: step.channel, person_id: person.id, purpose: "marketing", template_id: step.template_id },
        template_revision_id: batch.template_revisions[member.steps.length] ?? undefined,
        ...(step.sender_id === null ? {} : { sender_id: step.sender_id }),
        ...(step.subscription_type === undefined ? {} : { subscription_type: step.subscription_type }),
      },
      { sent_for_id: member.id, staff_id: member.assigned_to, values: await buildValues(person, member.assigned_to) },
    );
    const { id: message_id } = await Message.addToTransaction(tx, drafted);
    const steps = [...member.steps, { as: "waiting" as const, at: now, message_id, why: null }];
    return { ...member, steps, step_due_at: Clock.addSeconds(RECHECK_SECONDS), step_waits: null };
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") && !isFailure(error, "RULE_VIOLATION") && !isFailure(error, "NOT_FOUND"))
      throw error;
    const field = error.details?.[0]?.field;
    // The template, sender or subscription type is at fault, not the person. The step waits until a user corrects it.
    if (field === "subscription_type") return markWaiting(member, "subscription_type", Clock.addSeconds(RECHECK_SECONDS));
    if (field === "template_id") return markWaiting(member, "template", Clock.addSeconds(RECHECK_SECONDS));
    if (field === "sender_id" || field === "letterhead.sender")
      return markWaiting(member, "sender", Clock.addSeconds(RECHECK_SECONDS));
    const why = error.details?.[0]?.message ?? error.message;
    return applySteps(member, batch, [...member.steps, { as: "passed", at: now, message_id: null, why }]);
  }
}

const maySendTo = async ({ id }: PersonRecord): Promise<boolean> =>
  hasPermission(reengagementGrants.write) && hasPermission(messageGrants.send) && Records.isVisible(PERSON, id);

const markWaiting = (
  member: MemberRecord,
  step_waits: (typeof stepWaitReasons)[number],
  step_due_at: string = Clock.addSeconds(RECHECK_SECONDS),
): MemberRecord => ({ ...member, step_waits, step_due_at });

/** Builds the merge field values of a person, with what the present user may see. */
async function buildValues(person: PersonRecord, owner_id: string | null): Promise<Values> {
  const { first_name, last_name, emails } = person;
  const [customerId] = (await listCustomers(Identity.listIds(person))).ownCustomerIds;
  const customer = customerId === undefined ? undefined : await Records.findVisible(CUSTOMER, customerId);
  const contact = { first_name, last_name, email: emails[0] ?? null };
  return { ...(await buildMergeValues({ contact, customer }, owner_id)), ...buildPersonValues(person) };
}
