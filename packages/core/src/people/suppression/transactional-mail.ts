import { usePorts } from "../../kernel/context.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import type { Subject } from "../../platform/auth/throttle.ts";
import { sendThrottled } from "../../platform/auth/throttled-send.ts";
import { parsePoint } from "./address.ts";
import { AddressRefusal } from "./address-refused.ts";
import { listRefusedPurposes } from "./reasons.rules.ts";
import { readReasons } from "./suppression-key.ts";

/**
 * Mail that the platform sends to people who are not users: about quotes, signatures, tickets, bookings and meetings. It checks
 * here whether the address may get it; messages are checked by send-policy.ts. Verification mail is always sent
 * (docs/people/suppression.md).
 */

/** The purpose of this mail: it concerns an existing relation and is not marketing. */
const PURPOSE = "service";

/** Tells whether a mailbox is suppressed, or a person with it refuses. Two reads, and one of its persons. */
export async function isAddressRefused(address: string): Promise<boolean> {
  if (!(await parsePoint("email", address))) return false;
  const [suppressed, isRefused] = await Promise.all([
    readReasons("email", address),
    AddressRefusal.isRefused({ channel: "email", address, purpose: PURPOSE }),
  ]);
  return isRefused || listRefusedPurposes(suppressed).includes(PURPOSE);
}

/** Returns the mailboxes that may get mail. */
export async function filterAllowed(addresses: readonly string[]): Promise<string[]> {
  const refusals = await Promise.all(addresses.map((address) => isAddressRefused(address)));
  return addresses.filter((_, index) => !refusals[index]);
}

/** Sends a mail, unless the mailbox refuses or has reached the limit of the throttle. Copies go to those who do not refuse. */
export async function sendMail(message: MailMessage, subject: Subject): Promise<void> {
  const cc = await filterAllowed(message.cc ?? []);
  const allowed = cc.length > 0 ? { ...message, cc } : omitCopies(message);
  if (!(await isAddressRefused(message.to))) return sendThrottled(allowed, subject);
  usePorts().log.write("info", "A mail was not sent: its address, or the person with that address, refuses mail", {
    id: message.id,
  });
}

const omitCopies = ({ cc: _, ...message }: MailMessage): MailMessage => message;

export * as TransactionalMail from "./transactional-mail.ts";
