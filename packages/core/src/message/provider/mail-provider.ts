import type { MailMessage } from "../../kernel/ports.ts";
import type { Check } from "../../provider/service.ts";
import type { Report } from "../standing.rules.ts";
import type { Taken } from "./sms-provider.ts";

/**
 * Who sends mail for us, behind one port (docs/mail-providers.md). What goes wrong is a `ProviderFault`, as with text messages: of
 * `unreachable` alone it is not known whether the mail was taken.
 */
export interface MailProvider {
  readonly provider: MailProviderName;
  /** Hands a mail over, once: it is the caller's not to ask again for what may have been taken. */
  send(mail: OutgoingMail): Promise<Taken>;
  /** Whether the account can be used. */
  check(): Promise<Check>;
}

export const mailProviders = ["ses", "smtp", "mailbox"] as const;
export type MailProviderName = (typeof mailProviders)[number];

export interface OutgoingMail extends MailMessage {
  from: string;
  /** When it was written: the same at each try. */
  at: string;
  /** Without its angles, and the same at each try. */
  message_id: string;
  /** The mails of the conversation before this one, the oldest first, without their angles. */
  references?: readonly string[];
}

/** What a provider tells of a mail, whoever it is. */
export interface MailNews {
  /** What happened, in the provider's word. */
  event: string;
  /** What the provider calls the mail. */
  provider_id: string;
  /** Our id of the message, where it came along. */
  message: string | null;
  /** Where the mail stands by it; null where it says nothing of that. */
  report: Report | null;
  recipients: readonly RecipientNews[];
}

export interface RecipientNews {
  /** As the provider has it: the caller brings it into the one form. */
  address: string;
  became: "delivered" | "delayed" | "bounced" | "complained";
  /** Whether they get nothing more. */
  is_permanent: boolean;
  reason: string | null;
}
