import type { SendGate } from "../../messaging/message/send-gate.ts";
import * as Identity from "../../people/person/identity.ts";
import { readItems } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { claimKey } from "./claim-key.ts";
import { EmailSends, type SendRecord } from "./email-send.entity.ts";
import { isUnderWay } from "./email-send.rules.ts";

/**
 * Returns whether a message of a send is still wanted. The message worker asks just before delivery. So cancelling a send stops every message that
 * is not yet with the provider. A walk over the messages would be too late for those that a worker already holds.
 */
export const isStillDue: SendGate["isStillDue"] = async ({ sent_for_id, person_id }, person) => {
  const send = await Records.load(EmailSends, sent_for_id ?? "", { live: true });
  if (send === undefined || !isUnderWay(send.send_status)) return false;
  return person_id === person || isOnlyMessage(send, person_id, person);
};

/**
 * Returns whether a message to a merged person is the one that the remaining person gets. The message to the remaining person comes first, then those to the
 * merged persons in the order of the merges.
 */
async function isOnlyMessage(send: SendRecord, merged: string, survivor: string): Promise<boolean> {
  const person = await Identity.resolveMerged(survivor);
  const ids = person ? Identity.listIds(person) : [survivor];
  const claims = await readItems(ids.map((id) => claimKey(send, id)));
  return ids.find((_, index) => claims[index]) === merged;
}
