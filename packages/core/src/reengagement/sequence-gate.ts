import { Clock } from "../kernel/clock.ts";
import type { Sends } from "../message/sent-for.ts";
import { Records } from "../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { Members } from "./member.entity.ts";
import * as Sequence from "./sequence.rules.ts";
import { Standing } from "./standing.ts";

/**
 * Whether a message of a sequence is still wanted, asked as it goes out: its batch goes on, its member has not answered or ended, it is
 * the message of the step, and it is this membership that holds the person. Whatever changes behind that question comes too late.
 */
export const isWanted: Sends["isWanted"] = async ({ id, sent_for_id }, person) => {
  const member = await Records.load(Members, sent_for_id ?? "", { live: true });
  if (!member || !Sequence.goesOn(member.status) || Sequence.waitingIn(member.steps)?.message_id !== id) return false;
  const [batch, hold] = await Promise.all([Records.load(Batches, member.batch_id, { live: true }), Standing.holdOn(person)]);
  // Where the time of its hold is over, it takes it once more with another message.
  return batch?.status === "ACTIVE" && hold?.member_id === member.id && Clock.now() < hold.until;
};
