import { sendSparingly } from "../auth/sparing.ts";
import type { Subject } from "../auth/throttle.ts";
import { usePorts } from "../kernel/context.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { pointIn } from "./addresses.ts";
import { HeldAddresses } from "./held.ts";
import { reasonsOf } from "./place.ts";
import { refusedFor } from "./reasons.rules.ts";

/**
 * What the house writes by itself to people who are no users of it: of quotes and signatures, tickets, bookings, meetings. Whether an address
 * may get it is asked here, whatever it is about, as messages are asked at their gate; what somebody is sent to show who they are
 * goes out all the same (docs/suppression.md).
 */

/** Of what somebody has with the house, not what it would like to sell. */
const purpose = "service";

/** Whether the list keeps a mailbox back, or somebody who has it refuses. Two reads, and one of who has it. */
export async function refuses(address: string): Promise<boolean> {
  if (!(await pointIn("email", address))) return false;
  const [suppressed, isRefused] = await Promise.all([
    reasonsOf("email", address),
    HeldAddresses.isRefused({ channel: "email", address, purpose }),
  ]);
  return isRefused || refusedFor(suppressed).includes(purpose);
}

/** Those of some mailboxes that may be written to. */
export async function open(addresses: readonly string[]): Promise<string[]> {
  const refused = await Promise.all(addresses.map((each) => refuses(each)));
  return addresses.filter((_, at) => !refused[at]);
}

/** Mails, unless the mailbox refuses or has had enough. */
export async function mail(message: MailMessage, subject: Subject): Promise<void> {
  if (!(await refuses(message.to))) return sendSparingly(message, subject);
  usePorts().log.write("info", "A mail was not sent: its address, or who has it, refuses", { id: message.id });
}

export * as Outward from "./outward.ts";
