import type { DeliveryReport } from "./message-status.rules.ts";

export type { MailProvider, MailProviderName, OutgoingMail } from "../../kernel/mail-provider.ts";

/** An event that a mail provider reports, in a form common to all providers. */
export interface MailEvent {
  /** The provider's name of the event. */
  event: string;
  /** The provider's id of the mail. */
  provider_id: string;
  /** The id of the message in this system, if the event contains it. */
  message: string | null;
  /** The delivery state that the event implies; null if none. */
  report: DeliveryReport | null;
  recipients: readonly RecipientEvent[];
}

export interface RecipientEvent {
  /** As sent by the provider: the caller normalizes it. */
  address: string;
  became: "delivered" | "delayed" | "bounced" | "complained";
  /** Whether nothing more should be sent to the recipient. */
  is_permanent: boolean;
  reason: string | null;
}
