import { Customer } from "../customer/customer.ts";
import { Clock } from "../kernel/clock.ts";
import { isFailure } from "../kernel/error.ts";
import { KeptMessage } from "../message/kept.ts";
import { Message } from "../message/message.ts";
import type { Values } from "../message-template/merge-fields.rules.ts";
import { valuesAmong, valuesOfPerson } from "../message-template/values.ts";
import { customersOf } from "../person/customers.ts";
import * as Identity from "../person/identity.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { type MemberRecord, Members, type stepWaits } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import * as Sequence from "./sequence.rules.ts";
import { Standing, stepping } from "./standing.ts";
import { after, told } from "./steps-told.ts";

/**
 * Takes a member one step further when that is due. The message is written in one transaction with the step, on the condition of the
 * person's turn: so there is one of it however often the clock is handed out, and whatever is killed; and of two batches that
 * begin with somebody at the same moment one finds that the other has.
 */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.living>>>;

/** Seconds after which what waits for something else is looked at again, if nothing has called it before. */
const LOOK_AGAIN = 24 * 60 * 60;
/** The same of somebody who is deleted, and may be restored. */
const GONE = 7 * LOOK_AGAIN;

/** At `reengagement_member.step_due`: twice and late too. */
export const onStep = onClock((id, due_at) => Tenant.asConfigured(() => stepped(id, due_at)));

async function stepped(id: string, due_at: string): Promise<void> {
  const member = await Clocks.standing(Members, id, "step", due_at);
  if (!member) return;
  const batch = await Records.load(Batches, member.batch_id, { live: true });
  // What goes on with a batch sets the clocks of its members anew.
  if (batch?.status !== "ACTIVE") return putOff(id, due_at, null);
  const waiting = Sequence.waitingIn(member.steps);
  if (waiting) return lookedAfter(member, waiting, due_at);
  let isThere = false;
  await Standing.change(
    member.personal_key_id,
    async ({ members, person: known }, tx, person) => {
      isThere = true;
      const own = members.find((each) => each.id === id);
      if (!own || Members.clocksOf(own).step !== due_at) return undefined;
      const hold = Rules.holdOf(Standing.membershipsOf(members), known);
      const next = await taken(own, batch, { tx, person, hold });
      return { members: members.map((each) => (each.id === id ? next : each)), person: known };
    },
    () => undefined,
  );
  if (!isThere) await putOff(id, due_at, Clock.after(GONE));
}

/** Its clock stands elsewhere, and nothing else has become of it. */
const putOff = (id: string, due_at: string, step_due_at: string | null): Promise<void> =>
  Clocks.attend(Members, id, "step", due_at, (member) => stepping({ ...member, step_due_at }));

/** A message that is under way is told of by its events; what they were lost of is found here. */
async function lookedAfter(member: MemberRecord, { message_id }: Sequence.Taken, due_at: string): Promise<void> {
  const message = message_id === null ? undefined : await KeptMessage.load(message_id);
  if (message) await told(message);
  await putOff(member.id, due_at, Clock.after(LOOK_AGAIN));
}

interface About {
  tx: Transaction;
  person: PersonRecord;
  hold: Rules.Hold | null;
}

/** The member with the step that is due: its message is in the transaction, or it waits, or is passed over. */
async function taken(member: MemberRecord, batch: BatchRecord, { tx, person, hold }: About): Promise<MemberRecord> {
  const step = batch.sequence[member.steps.length];
  if (!step) return { ...member, step_due_at: null, step_waits: null };
  const now = Clock.now();
  const holding = hold && hold.member_id !== member.id ? await Records.load(Batches, hold.batch_id, { live: true }) : undefined;
  if (Rules.isHeld(member, hold, now, holding?.status))
    return waitingFor(member, "other_batch", [hold.until, Clock.after(LOOK_AGAIN)].sort()[0]);
  try {
    const drafted = await Message.draft(
      {
        ...{ channel: step.channel, person_id: person.id, purpose: "marketing", template_id: step.template_id },
        ...(step.sender_id === null ? {} : { sender_id: step.sender_id }),
      },
      { sent_for_id: member.id, staff_id: member.assigned_to, values: await valuesOf(person, member.assigned_to) },
    );
    const { id: message_id } = await Message.adding(tx, drafted);
    const steps = [...member.steps, { as: "waiting" as const, at: now, message_id, why: null }];
    return { ...member, steps, step_due_at: Clock.after(LOOK_AGAIN), step_waits: null };
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR") && !isFailure(error, "RULE_VIOLATION") && !isFailure(error, "NOT_FOUND"))
      throw error;
    const field = error.details?.[0]?.field;
    // Nothing is wrong with the person: somebody puts that right.
    if (field === "template_id") return waitingFor(member, "template", Clock.after(LOOK_AGAIN));
    if (field === "sender_id") return waitingFor(member, "sender", Clock.after(LOOK_AGAIN));
    const why = error.details?.[0]?.message ?? error.message;
    return after(member, batch, [...member.steps, { as: "passed", at: now, message_id: null, why }]);
  }
}

const waitingFor = (
  member: MemberRecord,
  step_waits: (typeof stepWaits)[number],
  step_due_at: string = Clock.after(LOOK_AGAIN),
): MemberRecord => ({ ...member, step_waits, step_due_at });

/** What merge fields say of a person. */
async function valuesOf(person: PersonRecord, owner_id: string | null): Promise<Values> {
  const { first_name, last_name, emails } = person;
  const [own] = (await customersOf(Identity.idsOf(person))).own;
  const customer = own === undefined ? undefined : await Customer.load(own);
  const contact = { first_name, last_name, email: emails[0] ?? null };
  return { ...(await valuesAmong({ contact, customer }, owner_id)), ...valuesOfPerson(person) };
}
