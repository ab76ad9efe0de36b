import { Clock } from "../../kernel/clock.ts";
import type { SendGate } from "../../messaging/message/send-gate.ts";
import { Records } from "../../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { ReengagementLedger } from "./contact-ledger.ts";
import { Members } from "./member.entity.ts";
import * as Sequence from "./sequence.rules.ts";

/**
 * Returns whether a message of a sequence is still wanted. The message worker asks just before delivery. The message is wanted if its batch is
 * ACTIVE, the member has neither answered nor ended, the message belongs to the current step, and this membership holds the person. Changes after
 * this check come too late.
 */
export const isStillDue: SendGate["isStillDue"] = async ({ id, sent_for_id }, person) => {
  const member = await Records.load(Members, sent_for_id ?? "", { live: true });
  if (!member || !Sequence.isSequenceActive(member.status) || Sequence.findWaiting(member.steps)?.message_id !== id) return false;
  const [batch, hold] = await Promise.all([
    Records.load(Batches, member.batch_id, { live: true }),
    ReengagementLedger.readHold(person),
  ]);
  // After the hold has expired, the step is taken again with another message.
  return batch?.status === "ACTIVE" && hold?.member_id === member.id && Clock.now() < hold.until;
};
