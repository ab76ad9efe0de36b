import type { SendingReport, SendReceipt } from "../../kernel/mail-provider.ts";
import type { AccountCheck } from "../../lib/provider-http/provider-client.ts";
import type { Keyword } from "./opt-out-keywords.rules.ts";

/**
 * The port for providers of text messages. An adapter builds the requests of the provider's published API and converts its answers
 * to reports; no other code knows the API (docs/messaging/sms-providers.md). Errors are `ProviderFault`. Only for `unreachable` is
 * it unknown whether the provider accepted the message.
 */
export interface SmsProvider {
  readonly provider: SmsProviderName;
  /** Sends a message once. The caller must not repeat it if the provider may have accepted the message. */
  send(text: OutgoingText): Promise<ProviderReceipt>;
  /**
   * Finds messages with the same text and numbers that were sent since `tried_at`, the oldest first: one may be that of a request
   * without an answer. Undefined if the provider has no such query.
   */
  find(text: OutgoingText, tried_at: string): Promise<readonly ProviderReceipt[] | undefined>;
  fetchStatus(provider_id: string): Promise<SendingReport>;
  /** Tells whether the account can be used. */
  check(): Promise<AccountCheck>;
}

export const smsProviders = ["twilio", "telnyx"] as const;
export type SmsProviderName = (typeof smsProviders)[number];

export interface OutgoingText {
  /** Both numbers in E.164. */
  from: string;
  to: string;
  text: string;
  /** The URL for status reports, which contains the message id. Undefined for none. */
  report_to: string | undefined;
}

export type ProviderReceipt = SendReceipt;

export interface ReceivedText {
  provider_id: string;
  from: string;
  to: string;
  text: string;
  receivedAt: string;
  /** What the provider took the text for, in any language: `stop` if it refuses further texts to the number. Null if it says nothing. */
  verdict: Keyword | null;
  /** Pictures and other files of the message. */
  media: readonly { url: string; type: string | null }[];
}

/** An event that a provider sends to its webhook. */
export type ProviderEvent = { report: ProviderReceipt } | { received: ReceivedText } | { nothing: string };
