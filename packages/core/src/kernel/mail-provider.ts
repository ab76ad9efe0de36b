/**
 * Sends mail with delivery reports (docs/messaging/mail-providers.md). Errors are `ProviderFault`s. Only after `unreachable` is it unknown
 * whether the provider accepted the mail.
 */
export interface Mailer {
  /** The sender address of the deployment itself. */
  readonly systemAddress: string;
  /** Returns the provider for a tenant's mail server, or for the deployment's own account. */
  providerFor(server?: MailServer): MailProvider;
}

/** An SMTP server over TLS. */
interface MailServer {
  host: string;
  /** Port 465 uses TLS from the start; other ports use STARTTLS. */
  port: number;
  user: string;
  password: string;
}

export type MailProviderName = "ses" | "smtp" | "mailbox";

export interface MailProvider {
  readonly provider: MailProviderName;
  /** Sends a mail once. After an error, the caller must not retry a mail that the provider may have accepted. */
  send(mail: OutgoingMail): Promise<SendReceipt>;
  /** Tests the account and describes problems for a person. */
  check(): Promise<{
    works: boolean;
    account_name: string | null;
    problems: { code: string; message: string; url?: string | undefined }[];
  }>;
}

export interface OutgoingMail extends MailMessage {
  from: string;
  /** When the mail was written: the same at each try. */
  sentAt: string;
  /** Without angle brackets, and the same at each try. */
  message_id: string;
  /** Message ids of the earlier mails of the conversation, oldest first, without angle brackets. */
  references?: readonly string[];
}

/** The status of a message, from a report of the provider or from its response. */
export interface SendingReport {
  status: "unknown" | "sent" | "delivered" | "undelivered" | "failed";
  reportedAt: string;
  /** The provider's error code and text. */
  error_code?: string | null;
  error_message?: string | null;
}

/** The provider accepted a message under this id. */
export interface SendReceipt {
  provider_id: string;
  report: SendingReport;
}

export interface MailMessage {
  id: string;
  /** The sender, if it is not the system: `Acme <support@acme.in.example>`. */
  from?: string;
  to: string;
  /** Further recipients, visible to all. */
  cc?: readonly string[];
  subject: string;
  text: string;
  /** The same text as HTML. A mail with a calendar has none. */
  html?: string;
  /** Headers in addition to the usual ones. */
  headers?: Readonly<Record<string, string>>;
  /** The address for replies, if it is not the sender. */
  reply_to?: string;
  /** An iCalendar message beside the text, which mail programs process (RFC 6047). */
  calendar?: { method: "REQUEST" | "CANCEL"; text: string };
  /** Files, whose bytes are in base64. */
  attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  file_name: string;
  content_type: string;
  base64: string;
}
