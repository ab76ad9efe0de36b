import type { DeliveryReport } from "./message-status.rules.ts";

export { type MailProvider, type MailProviderName, mailProviders, type OutgoingMail } from "../../kernel/mail-provider.ts";

/** What a provider tells of a mail, whoever it is. */
export interface MailEvent {
  /** What happened, in the provider's word. */
  event: string;
  /** What the provider calls the mail. */
  provider_id: string;
  /** Our id of the message, where it came along. */
  message: string | null;
  /** Where the mail stands by it; null where it says nothing of that. */
  report: DeliveryReport | null;
  recipients: readonly RecipientEvent[];
}

export interface RecipientEvent {
  /** As the provider has it: the caller brings it into the one form. */
  address: string;
  became: "delivered" | "delayed" | "bounced" | "complained";
  /** Whether they get nothing more. */
  is_permanent: boolean;
  reason: string | null;
}
