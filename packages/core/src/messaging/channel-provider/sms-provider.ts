import type { SendingReport, SendReceipt } from "../../kernel/mail-provider.ts";
import type { AccountCheck } from "../../lib/provider-http/provider-client.ts";

/**
 * Who sends text messages for us, behind one port. An adapter writes what a provider's published API says, and reads what it answers into
 * reports; nothing else of it is known elsewhere (docs/messaging/sms-providers.md). What goes wrong is a `ProviderFault`: of `unreachable` alone it is
 * not known whether the message was taken.
 */
export interface SmsProvider {
  readonly provider: SmsProviderName;
  /** Hands a message over, once: it is the caller's not to ask again for what may have been taken. */
  send(text: OutgoingText): Promise<ProviderReceipt>;
  /**
   * Messages of the same words between the same numbers that were handed over since `tried_at`, the oldest first: one of them may be
   * that of a try without an answer. Undefined where the provider cannot be asked.
   */
  find(text: OutgoingText, tried_at: string): Promise<readonly ProviderReceipt[] | undefined>;
  fetchStatus(provider_id: string): Promise<SendingReport>;
  /** Whether the account can be used. */
  check(): Promise<AccountCheck>;
}

export const smsProviders = ["twilio", "telnyx"] as const;
export type SmsProviderName = (typeof smsProviders)[number];

export interface OutgoingText {
  /** E.164, both. */
  from: string;
  to: string;
  text: string;
  /** Where the provider tells what becomes of it: an address that names the message. Undefined where it tells nobody. */
  report_to: string | undefined;
}

export type ProviderReceipt = SendReceipt;

export interface ReceivedText {
  provider_id: string;
  from: string;
  to: string;
  text: string;
  at: string;
}

/** What a provider tells by its webhook. */
export type ProviderEvent = { report: ProviderReceipt } | { received: ReceivedText } | { nothing: string };
