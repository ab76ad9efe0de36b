import { type ErrorDetail, ruleViolation } from "../../kernel/error.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { MailAccount } from "../../messaging/mail-account/mail-account.ts";
import { PostalAddress } from "../../messaging/message/postal-address.ts";
import { SmsSender } from "../../messaging/sms-account/sender.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { MessageTemplate } from "../../messaging/template/message-template.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Records } from "../../storage/write/records.ts";
import { FilterRevisions } from "../audience/filter-revisions.ts";
import { CampaignLookup } from "../campaign/campaign-lookup.ts";
import { isOpenCampaign } from "../campaign/campaign-status.rules.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import type { fields, SendRecord } from "./email-send.entity.ts";
import type { SendChannel } from "./email-send.rules.ts";

/**
 * Whether a send can go out, and what it reads later. A scheduled send keeps the revision of its template and the filters of its audience: a change of
 * these is not what was scheduled or approved. Whether the template is active and all records exist is checked until the messages are written.
 */

export type Template = NonNullable<Awaited<ReturnType<typeof MessageTemplate.load>>>;

/** Returns the fault of a template that cannot be sent on a channel. */
function findTemplateFault(template: Template | undefined, channel: SendChannel): string | undefined {
  if (!template) return "The template no longer exists";
  if (template.channel !== (channel === "sms" ? "SMS" : "EMAIL"))
    return channel === "sms" ? "Must be a template of text messages" : "Must be an email template";
  return template.is_active ? undefined : "The template is not active";
}

/** What a scheduled send, or a variant of one, keeps of its template. */
export interface TemplatePin {
  template_revision?: number | null | undefined;
  template_revision_id?: string | null | undefined;
}

export const pinTemplate = (
  template: Template | undefined,
): { [K in keyof TemplatePin]-?: NonNullable<TemplatePin[K]> | null } => ({
  template_revision: template?.revision ?? null,
  template_revision_id: template ? MessageTemplate.revisionId(template) : null,
});

/** Returns the template with the texts of the pinned revision. Without a pin, its present texts go out. */
async function applyPin(template: Template, { template_revision_id }: TemplatePin): Promise<Template> {
  if (!template_revision_id || template_revision_id === MessageTemplate.revisionId(template)) return template;
  const entry = await MessageTemplate.loadRevision(template_revision_id);
  if (entry?.template_id !== template.id)
    throw notReady([{ field: "template_id", message: "The scheduled revision no longer exists: schedule the send again" }]);
  const { revision, subject, body_html, body_text, language, blocks } = entry;
  return { ...template, revision, subject, body_html, body_text, language, blocks };
}

/** Loads a template that can be sent on a channel, with the texts of its pinned revision. Throws RULE_VIOLATION otherwise. */
export async function requireTemplate(id: string, channel: SendChannel, pin: TemplatePin): Promise<Template> {
  const template = await MessageTemplate.load(id);
  const fault = findTemplateFault(template, channel);
  if (!template || fault !== undefined) throw notReady([{ field: "template_id", message: fault ?? "No such template" }]);
  return applyPin(template, pin);
}

const notReady = (details: readonly ErrorDetail[]): Error =>
  ruleViolation("The send is not ready: fix the listed fields", details);

/**
 * Rejects a send whose content, account, audience, campaign or subscription type is missing or of the wrong kind, or whose sender has no postal
 * address. Returns the template, with the texts of its pinned revision; undefined without one.
 */
export async function requireSendable(send: SendRecord): Promise<Template | undefined> {
  const { channel, template_id, content, sample, subscription_type } = send;
  const [template, senderFault, audienceFaults, type] = await Promise.all([
    template_id === null ? undefined : MessageTemplate.load(template_id),
    findSenderFault(send),
    findMissingAudience(send),
    SubscriptionTypes.load(subscription_type),
  ]);
  const details: ErrorDetail[] = [];
  const addDetail = (field: keyof typeof fields, message: string | undefined): void =>
    void (message !== undefined && details.push({ field, message }));
  if (template_id !== null) addDetail("template_id", findTemplateFault(template, channel));
  else if (content === null && sample === null) addDetail("template_id", "Required if there is no content");
  addDetail("sender_id", senderFault);
  details.push(...audienceFaults);
  addDetail("subscription_type", SubscriptionTypes.findFault(type, channel));
  const addressFault = channel === "email" ? PostalAddress.findFault() : undefined;
  if (addressFault) details.push(addressFault);
  if (details.length > 0) throw notReady(details);
  return template && applyPin(template, send);
}

/** Checks a send that is scheduled or changed after that, and returns it with what it reads later. */
export async function pin(send: SendRecord): Promise<SendRecord> {
  const template = await requireSendable({ ...send, ...pinTemplate(undefined) });
  const { segment_id, contact_list_id, exclude_segment_ids } = send;
  const filter_revisions = await FilterRevisions.read([segment_id, contact_list_id, ...exclude_segment_ids]);
  return { ...send, ...pinTemplate(template), filter_revisions, is_tracked: await decideTracking(send) };
}

/** The parts of a send that decide whether its mails are tracked. */
type TrackedParts = Pick<SendRecord, "channel" | "tracks" | "sender_id" | "sample">;

/** Returns whether opens and clicks are counted: by the choice of the send, else by the accounts of all its variants. */
export async function decideTracking(send: TrackedParts): Promise<boolean> {
  if (send.channel !== "email") return false;
  return send.tracks ?? (await loadAccountChoice(send)).tracks ?? false;
}

/** Returns what the accounts of a send say about tracking: true if all track, null if none of them says it. `id` is that of the only account. */
export async function loadAccountChoice({ channel, sender_id, sample }: TrackedParts) {
  if (channel !== "email") return { id: null, tracks: null };
  const senders = new Set(sample?.variants.map((variant) => variant.sender_id ?? sender_id) ?? [sender_id]);
  const defaultId = senders.has(null) ? await MailAccount.findDefaultId() : undefined;
  const accounts = await Promise.all([...senders].map((id) => MailAccount.find(id ?? defaultId ?? "")));
  const choices = accounts.map((account) => account?.tracks ?? null);
  const [only] = accounts;
  return {
    id: accounts.length === 1 ? (only?.id ?? null) : null,
    tracks: choices.every((choice) => choice === null) ? null : choices.every((choice) => choice === true),
  };
}

/** Returns the fault of the account or sender of a send, or of the missing default. */
async function findSenderFault({ channel, sender_id }: SendRecord): Promise<string | undefined> {
  if (channel === "sms") {
    const sender = sender_id ?? (await SmsSender.findDefaultId());
    if (sender === undefined) return "Required, because there is no default sender";
    return (await Records.exists(SMS_SENDER, sender)) ? undefined : "No such sender";
  }
  const account = sender_id ?? (await MailAccount.findDefaultId());
  if (account === undefined) return "Required, because there is no default account";
  return (await Records.exists(MAIL_ACCOUNT, account)) ? undefined : "No such account";
}

/** Returns the faults of audiences that no longer exist or that the user does not see. A campaign that has ended sends nothing more. */
async function findMissingAudience(send: SendRecord): Promise<ErrorDetail[]> {
  const { segment_id, contact_list_id, to_members, campaign_id, exclude_segment_ids } = send;
  const [segment, list, campaign, excluded] = await Promise.all([
    segment_id === null || Records.isVisible(SEGMENT, segment_id),
    contact_list_id === null || Records.isVisible(CONTACT_LIST, contact_list_id),
    to_members ? CampaignLookup.find(campaign_id ?? "") : undefined,
    Promise.all(exclude_segment_ids.map((id) => Records.isVisible(SEGMENT, id))),
  ]);
  const details: ErrorDetail[] = [];
  if (!segment) details.push({ field: "segment_id", message: "No such segment" });
  if (!list) details.push({ field: "contact_list_id", message: "No such contact list" });
  if (to_members && !campaign) details.push({ field: "campaign_id", message: "No such campaign" });
  if (campaign && !isOpenCampaign(campaign.status))
    details.push({ field: "campaign_id", message: `The campaign is ${campaign.status}` });
  excluded.forEach((isSeen, index) => {
    if (!isSeen) details.push({ field: `exclude_segment_ids[${index}]`, message: "No such segment" });
  });
  return details;
}
