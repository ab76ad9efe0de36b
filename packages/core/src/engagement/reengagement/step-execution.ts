import { Customer } from "../../accounts/customer/customer.ts";
import { Clock } from "../../kernel/clock.ts";
import { isFailure } from "../../kernel/error.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import { Message } from "../../messaging/message/message.ts";
import { MessageLookup } from "../../messaging/message/message-lookup.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildPersonValues } from "../../messaging/template/merge-values.ts";
import { listCustomers } from "../../people/person/customers.ts";
import * as Identity from "../../people/person/identity.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { ReengagementLedger, withStepFields } from "./contact-ledger.ts";
import { type MemberRecord, Members, type stepWaitReasons } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import * as Sequence from "./sequence.rules.ts";
import { applyMessageResult, applySteps } from "./step-results.ts";

/**
 * Takes the next step of a member when it is due. One transaction writes the message and the step, conditional on the revision of the person's
 * ledger. So a step has one message, even if the clock event repeats or a worker is killed. If two batches contact a person at the same moment,
 * the second sees the hold of the first.
 */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

/** Delay after which a waiting step is checked again, unless an event triggers it earlier. */
const RECHECK_SECONDS = 24 * 60 * 60;
/** The same delay for a deleted person, who may be restored. */
const DELETED_RECHECK_SECONDS = 7 * RECHECK_SECONDS;

/** Handles `reengagement_member.step_due`. The event may repeat or be late. */
export const onStepDue = createClockListener((id, due_at) => Tenant.runWithSettings(() => runStep(id, due_at)));

async function runStep(id: string, due_at: string): Promise<void> {
  const member = await Clocks.loadDue(Members, id, "step", due_at);
  if (!member) return;
  const batch = await Records.load(Batches, member.batch_id, { live: true });
  // When the batch becomes active again, a walk sets the clocks of its members.
  if (batch?.status !== "ACTIVE") return postponeStep(id, due_at, null);
  const waiting = Sequence.findWaiting(member.steps);
  if (waiting) return recheckMessage(member, waiting, due_at);
  let isThere = false;
  await ReengagementLedger.change(
    member.personal_key_id,
    async ({ members, person: personFacts }, tx, person) => {
      isThere = true;
      const currentMember = members.find((each) => each.id === id);
      if (!currentMember || Members.clockInstants(currentMember).step !== due_at) return undefined;
      const hold = Rules.findHold(ReengagementLedger.toMemberships(members), personFacts);
      const next = await takeStep(currentMember, batch, { tx, person, hold });
      return { members: members.map((each) => (each.id === id ? next : each)), person: personFacts };
    },
    () => undefined,
  );
  if (!isThere) await postponeStep(id, due_at, Clock.addSeconds(DELETED_RECHECK_SECONDS));
}

/** Moves the clock of a member's step and changes nothing else. */
const postponeStep = (id: string, due_at: string, step_due_at: string | null): Promise<void> =>
  Clocks.runDue(Members, id, "step", due_at, (member) => withStepFields({ ...member, step_due_at }));

/** Applies the current state of a message that is not yet sent. Events do so too; this check covers events that were lost. */
async function recheckMessage(member: MemberRecord, { message_id }: Sequence.StepResult, due_at: string): Promise<void> {
  const message = message_id === null ? undefined : await MessageLookup.load(message_id);
  if (message) await applyMessageResult(message);
  await postponeStep(member.id, due_at, Clock.addSeconds(RECHECK_SECONDS));
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
  try {
    await requireProcessable("person_id", person.id, "automate");
    const drafted = await Message.draft(
      {
        ...{ channel: step.channel, person_id: person.id, purpose: "marketing", template_id: step.template_id },
        ...(step.sender_id === null ? {} : { sender_id: step.sender_id }),
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
    // The template or sender is at fault, not the person. The step waits until a user corrects it.
    if (field === "template_id") return markWaiting(member, "template", Clock.addSeconds(RECHECK_SECONDS));
    if (field === "sender_id") return markWaiting(member, "sender", Clock.addSeconds(RECHECK_SECONDS));
    const why = error.details?.[0]?.message ?? error.message;
    return applySteps(member, batch, [...member.steps, { as: "passed", at: now, message_id: null, why }]);
  }
}

const markWaiting = (
  member: MemberRecord,
  step_waits: (typeof stepWaitReasons)[number],
  step_due_at: string = Clock.addSeconds(RECHECK_SECONDS),
): MemberRecord => ({ ...member, step_waits, step_due_at });

/** Builds the merge field values of a person. */
async function buildValues(person: PersonRecord, owner_id: string | null): Promise<Values> {
  const { first_name, last_name, emails } = person;
  const [customerId] = (await listCustomers(Identity.listIds(person))).ownCustomerIds;
  const customer = customerId === undefined ? undefined : await Customer.load(customerId);
  const contact = { first_name, last_name, email: emails[0] ?? null };
  return { ...(await buildMergeValues({ contact, customer }, owner_id)), ...buildPersonValues(person) };
}
