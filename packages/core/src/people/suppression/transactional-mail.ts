import { usePorts } from "../../kernel/context.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import type { Subject } from "../../platform/auth/throttle.ts";
import { sendThrottled } from "../../platform/auth/throttled-send.ts";
import { parsePoint } from "./address.ts";
import { AddressRefusal } from "./address-refused.ts";
import { listRefusedPurposes } from "./reasons.rules.ts";
import { readReasons } from "./suppression-key.ts";

/**
 * What the house writes by itself to people who are no users of it: of quotes and signatures, tickets, bookings, meetings. Whether an address
 * may get it is asked here, whatever it is about, as messages are asked at their gate; what somebody is sent to show who they are
 * goes out all the same (docs/people/suppression.md).
 */

/** Of what somebody has with the house, not what it would like to sell. */
const PURPOSE = "service";

/** Whether the list keeps a mailbox back, or somebody who has it refuses. Two reads, and one of who has it. */
export async function isAddressRefused(address: string): Promise<boolean> {
  if (!(await parsePoint("email", address))) return false;
  const [suppressed, isRefused] = await Promise.all([
    readReasons("email", address),
    AddressRefusal.isRefused({ channel: "email", address, purpose: PURPOSE }),
  ]);
  return isRefused || listRefusedPurposes(suppressed).includes(PURPOSE);
}

/** Those of some mailboxes that may be written to. */
export async function filterAllowed(addresses: readonly string[]): Promise<string[]> {
  const refused = await Promise.all(addresses.map((each) => isAddressRefused(each)));
  return addresses.filter((_, at) => !refused[at]);
}

/** Mails, unless the mailbox refuses or has had enough. */
export async function sendMail(message: MailMessage, subject: Subject): Promise<void> {
  if (!(await isAddressRefused(message.to))) return sendThrottled(message, subject);
  usePorts().log.write("info", "A mail was not sent: its address, or who has it, refuses", { id: message.id });
}

export * as TransactionalMail from "./transactional-mail.ts";
