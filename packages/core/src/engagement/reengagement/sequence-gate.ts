import { Clock } from "../../kernel/clock.ts";
import type { SendGate } from "../../messaging/message/send-gate.ts";
import { Records } from "../../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { ReengagementLedger } from "./contact-ledger.ts";
import { Members } from "./member.entity.ts";
import * as Sequence from "./sequence.rules.ts";

/**
 * Whether a message of a sequence is still wanted, asked as it goes out: its batch goes on, its member has not answered or ended, it is
 * the message of the step, and it is this membership that holds the person. Whatever changes behind that question comes too late.
 */
export const isWanted: SendGate["isWanted"] = async ({ id, sent_for_id }, person) => {
  const member = await Records.load(Members, sent_for_id ?? "", { live: true });
  if (!member || !Sequence.isSequenceActive(member.status) || Sequence.findWaiting(member.steps)?.message_id !== id) return false;
  const [batch, hold] = await Promise.all([
    Records.load(Batches, member.batch_id, { live: true }),
    ReengagementLedger.readHold(person),
  ]);
  // Where the time of its hold is over, it takes it once more with another message.
  return batch?.status === "ACTIVE" && hold?.member_id === member.id && Clock.now() < hold.until;
};
