import { Clock } from "../kernel/clock.ts";
import type { KeptMessage } from "../message/kept.ts";
import { Records } from "../storage/write/records.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import { toldAt } from "./membership.ts";
import * as Sequence from "./sequence.rules.ts";
import { fromNow, Standing } from "./standing.ts";

/** What becomes of the steps of a member, by what is told of their messages. */

/** The member by what has become of its steps; whom none of them has reached cannot be won back by it. */
export function after(member: MemberRecord, batch: BatchRecord, steps: readonly Sequence.Taken[]): MemberRecord {
  const next = { ...member, steps: [...steps], step_waits: null };
  const reason = Sequence.goesOn(member.status) ? Sequence.failureIn(batch.sequence, steps) : undefined;
  const failed = reason === undefined ? member.failed : (member.failed ?? { at: Clock.now(), reason });
  return { ...next, failed, step_due_at: fromNow(Sequence.dueOf(batch.sequence, steps, beginsOf(member, batch))) };
}

const beginsOf = ({ added_to_batch_at }: MemberRecord, { activated_at }: BatchRecord): string =>
  Sequence.beginsAt(activated_at ?? "", added_to_batch_at);

type Kept = NonNullable<Awaited<ReturnType<typeof KeptMessage.load>>>;

/**
 * What became of a message of a sequence, as it stands now: sent, it is a contact of its own membership; and its step is over, or is
 * to be taken once more. It comes to the same at a second time.
 */
export async function told(message: Kept): Promise<void> {
  const { id, sent_for_id, person_id, sent_at, channel } = message;
  const named = sent_for_id === null ? undefined : await Records.load(Members, sent_for_id);
  const batch = named && (await Records.load(Batches, named.batch_id));
  if (!batch) return;
  await Standing.change(
    person_id,
    ({ members, person }) => {
      // Of somebody who was joined to another, their membership of the same batch.
      const own = members.find((each) => each.id === sent_for_id) ?? members.find(({ batch_id }) => batch_id === batch.id);
      if (!own) return undefined;
      const steps = Sequence.settled(own.steps, message, Clock.now());
      const moved = steps === own.steps ? own : after(own, batch, steps);
      const isKnown = own.contacts.some(({ source_id }) => source_id === id);
      const next = sent_at === null || isKnown ? moved : { ...moved, ...factsWith(moved, channel, toldAt(id, sent_at)) };
      return { members: members.map((each) => (each === own ? next : each)), person };
    },
    () => undefined,
  );
}

const factsWith = (member: MemberRecord, channel: Kept["channel"], contact: Rules.Told) =>
  Standing.factsOf(Rules.withContact(Standing.membershipOf(member), { ...contact, method: channel === "sms" ? "SMS" : "EMAIL" }));
