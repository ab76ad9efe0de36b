import type { SendGate } from "../../messaging/message/send-gate.ts";
import { Records } from "../../storage/write/records.ts";
import { EmailSends } from "./email-send.entity.ts";
import { isUnderWay } from "./email-send.rules.ts";

/**
 * Whether a message of a send is still wanted, asked as it goes out: so what is called off goes to nobody whose mail is not with its provider,
 * without a walk through messages that would come too late for those in a worker's hand.
 */
export const isWanted: SendGate["isWanted"] = async ({ sent_for_id }) => {
  const send = await Records.load(EmailSends, sent_for_id ?? "", { live: true });
  return send !== undefined && isUnderWay(send.send_status);
};
