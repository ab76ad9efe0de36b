import type { ErrorDetail } from "../../kernel/error.ts";
import { idPrefix } from "../../kernel/id.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";

/** The states of a send and their transitions, its audience and its content (docs/engagement/email-sends.md). Pure. */

export const channels = ["email", "sms"] as const;
export type SendChannel = (typeof channels)[number];

export const sendStatuses = ["DRAFT", "PENDING_APPROVAL", "SCHEDULED", "SENDING", "SENT", "CANCELLED"] as const;
export type SendStatus = (typeof sendStatuses)[number];

/** Content and audience can change until the send starts. */
export const isOpenToChange = (status: SendStatus): boolean => status === "DRAFT" || status === "SCHEDULED";

/** A send that has ended cannot be cancelled. */
export const isCancellable = (status: SendStatus): boolean =>
  isOpenToChange(status) || status === "PENDING_APPROVAL" || status === "SENDING";

/** A send that waits for approval, or for its time, can become a draft again. */
export const isWithdrawable = (status: SendStatus): boolean => status === "PENDING_APPROVAL" || status === "SCHEDULED";

/** A scheduled or running send must be cancelled before it is deleted, so that no deleted send still goes out. A request for approval is withdrawn. */
export const isDeletable = (status: SendStatus): boolean => status !== "SCHEDULED" && status !== "SENDING";

/** Returns whether messages of the send may still go out. */
export const isUnderWay = (status: SendStatus): boolean => status === "SENDING" || status === "SENT";

/** Why a person of the audience gets no message. */
export const leftOutReasons = [
  "no_address",
  "restricted",
  "opted_out",
  "bounced",
  "excluded",
  "duplicate",
  "missing_field",
  "unsendable",
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];
export type LeftOut = Readonly<Partial<Record<LeftOutReason, number>>>;

/** The most persons whom the check of a send reads. */
export const MAX_CHECKED_PERSONS = 1000;

/** Adds up counts of persons without a message, by reason. */
export function addLeftOut(counts: LeftOut, reasons: readonly LeftOutReason[]): LeftOut {
  const sum: Partial<Record<LeftOutReason, number>> = { ...counts };
  for (const reason of reasons) sum[reason] = (sum[reason] ?? 0) + 1;
  return sum;
}

type Value<T> = T | null | undefined;

/** The fields of a send that depend on each other. */
export interface SendParts {
  channel: SendChannel;
  campaign_id?: Value<string>;
  to_members: boolean;
  member_status?: Value<readonly string[]>;
  segment_id?: Value<string>;
  contact_list_id?: Value<string>;
  template_id?: Value<string>;
  content?: Value<SendContent>;
  subject?: Value<string>;
  sender_id?: Value<string>;
  tracks?: Value<boolean>;
}

/** A message that is written for one send. With `blocks`, the bodies are made of these. */
interface SendContent {
  subject?: Value<string>;
  body?: Value<string>;
  body_html?: Value<string>;
  blocks?: Value<readonly unknown[]>;
}

/** Returns all faults of fields that depend on each other: one audience, one content, and what the channel allows. */
export const findSendFaults = (send: SendParts): ErrorDetail[] => [
  ...findAudienceFaults(send),
  ...findContentFaults(send),
  ...findSenderFaults(send),
];

function findAudienceFaults({ to_members, segment_id, contact_list_id, campaign_id, member_status }: SendParts): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  const named = Object.entries({ segment_id, contact_list_id, to_members }).filter(([, value]) => value);
  const [first, second] = named.map(([field]) => field);
  if (first === undefined)
    details.push({ field: "segment_id", message: "Required if there is no contact_list_id or to_members" });
  if (second !== undefined) details.push({ field: second, message: `Cannot be combined with ${first}` });
  if (to_members && !campaign_id) details.push({ field: "campaign_id", message: "Required with to_members" });
  if (member_status && !to_members) details.push({ field: "member_status", message: "Only allowed with to_members" });
  return details;
}

/** Bodies of mails are checked with the texts of templates. */
function findContentFaults({ channel, template_id, content, subject, tracks }: SendParts): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  if (tracks && channel === "sms")
    details.push({ field: "tracks", message: "Text messages have no opens and clicks: leave it out" });
  if (!template_id && !content) details.push({ field: "template_id", message: "Required if there is no content" });
  if (template_id && content) details.push({ field: "content", message: "Cannot be combined with template_id" });
  if (subject && channel === "sms") details.push({ field: "subject", message: "Text messages have no subject" });
  else if (subject && content)
    details.push({ field: "subject", message: "Cannot be combined with content: use content.subject" });
  return details;
}

const senderKinds = { email: MAIL_ACCOUNT, sms: SMS_SENDER } as const;

function findSenderFaults({ channel, sender_id }: SendParts): ErrorDetail[] {
  if (!sender_id || idPrefix(sender_id) === senderKinds[channel].prefix) return [];
  return [{ field: "sender_id", message: channel === "sms" ? "Must be a sender of text messages" : "Must be an email account" }];
}

/** The claim on a mailbox: the person whose message claimed it, and the page of the walk that wrote it. */
interface Claim {
  person: string;
  page: string;
}

/**
 * Decides the outcome for a person whose mailbox is already claimed.
 * `written`: an earlier try of this page wrote to this person, who is counted with this page.
 * `met`: an earlier page wrote to this person through another record and counted them there.
 * `duplicate`: another person has the same mailbox, so this person is skipped.
 */
export function classifyClaim(claim: Claim, ids: readonly string[], page: string): "written" | "met" | "duplicate" {
  if (!ids.includes(claim.person)) return "duplicate";
  return claim.page === page ? "written" : "met";
}
