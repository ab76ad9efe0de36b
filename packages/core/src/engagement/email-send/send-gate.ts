import type { SendGate } from "../../messaging/message/send-gate.ts";
import { Records } from "../../storage/write/records.ts";
import { EmailSends } from "./email-send.entity.ts";
import { isUnderWay } from "./email-send.rules.ts";

/**
 * Returns whether a message of a send is still wanted. The message worker asks just before delivery. So cancelling a send stops every message that
 * is not yet with the provider. A walk over the messages would be too late for those that a worker already holds.
 */
export const isStillDue: SendGate["isStillDue"] = async ({ sent_for_id }) => {
  const send = await Records.load(EmailSends, sent_for_id ?? "", { live: true });
  return send !== undefined && isUnderWay(send.send_status);
};
