/**
 * Mail of which it is told what becomes (docs/messaging/mail-providers.md). What goes wrong is a `ProviderFault`: of `unreachable` alone it is not
 * known whether a mail was taken.
 */
export interface Mailer {
  /** From which address the deployment itself sends. */
  readonly systemAddress: string;
  /** By a server that a tenant names; without one by the deployment's own account. */
  providerFor(server?: MailServer): MailProvider;
}

/** A server of SMTP, over TLS. */
export interface MailServer {
  host: string;
  /** 465 with TLS from the start, else after STARTTLS. */
  port: number;
  user: string;
  password: string;
}

export const mailProviders = ["ses", "smtp", "mailbox"] as const;
export type MailProviderName = (typeof mailProviders)[number];

export interface MailProvider {
  readonly provider: MailProviderName;
  /** Hands a mail over, once: it is the caller's not to ask again for what may have been taken. */
  send(mail: OutgoingMail): Promise<SendReceipt>;
  /** Whether the account can be used, and what is wrong with it in words for a person. */
  check(): Promise<{
    works: boolean;
    account_name: string | null;
    problems: { code: string; message: string; url?: string | undefined }[];
  }>;
}

export interface OutgoingMail extends MailMessage {
  from: string;
  /** When it was written: the same at each try. */
  at: string;
  /** Without its angles, and the same at each try. */
  message_id: string;
  /** The mails of the conversation before this one, the oldest first, without their angles. */
  references?: readonly string[];
}

/** What a provider tells of a message, or what its answer says. */
export interface SendingReport {
  status: "unknown" | "sent" | "delivered" | "undelivered" | "failed";
  at: string;
  /** Code and words of what went wrong, as the provider has them. */
  error_code?: string | null;
  error_message?: string | null;
}

/** That a provider has taken a message, and how it calls it. */
export interface SendReceipt {
  provider_id: string;
  report: SendingReport;
}

export interface MailMessage {
  id: string;
  /** Of whom it is, where that is not the system: `Acme <support@acme.in.example>`. */
  from?: string;
  to: string;
  /** Who gets it beside them, and is seen to. */
  cc?: readonly string[];
  subject: string;
  text: string;
  /** The same for programs that show it; one with a calendar has none. */
  html?: string;
  /** Beside those that every mail has. */
  headers?: Readonly<Record<string, string>>;
  /** To whom an answer goes, where that is not the sender. */
  reply_to?: string;
  /** A message of iCalendar beside the text, on which programs act (RFC 6047). */
  calendar?: { method: "REQUEST" | "CANCEL"; text: string };
}
