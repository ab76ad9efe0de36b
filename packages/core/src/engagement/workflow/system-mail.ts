import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import { sourceTypes } from "../../messaging/template/merge-values.ts";
import { MessageTemplate } from "../../messaging/template/message-template.ts";
import { placePreferencesLink } from "../../messaging/template/preferences-link.rules.ts";
import { buildRecordValues } from "../../messaging/template/record-values.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { normalizeAddress, resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import type { Step, SystemRecipient } from "./definition.ts";
import { type CollectedRecord, readReference } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import type { StepDetails, StepOutcome } from "./step-plan.ts";
import { findUserId, resolveUser } from "./user-recipients.ts";
import type { StepRecorder } from "./workflow-manager.ts";

/**
 * Mails of steps by the mail service of the product, for tenants without a mail account and for mails to users. The enrollment claims a mail with
 * the revision of its template before it is sent. A retry after a crash sends the same mail under the same id.
 */

interface MailStep {
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: Step;
  readonly recorder?: StepRecorder;
}

interface MailContent {
  readonly template_id: string;
  readonly to: SystemRecipient;
}

/** What a mail needs next: nothing more, a claim in the outputs of its step, or its sending. */
type PreparedMail =
  | { readonly outcome: StepOutcome }
  | { readonly claim: { readonly revision_id: string }; readonly release: () => Promise<void> }
  | { readonly message: MailMessage; readonly details: StepDetails };

const hold = (reason: string, details: StepDetails): PreparedMail => ({ outcome: { result: "SKIPPED", reason, details } });
const fail = (reason: string, details: StepDetails = {}): PreparedMail => ({ outcome: { result: "FAILED", reason, details } });

export async function prepare(run: MailStep, { template_id, to }: MailContent): Promise<PreparedMail> {
  const { enrollment, subject, step, recorder } = run;
  const claim = readClaim(enrollment, step);
  const template = await MessageTemplate.load(template_id);
  const reference = { template_revision: template?.revision ?? null };
  if (claim === undefined && !template) return fail("The template no longer exists");
  if (claim === undefined && !template?.is_active) return hold("The template is not active", reference);
  if ((await Tenant.get({})).status === "SUSPENDED") return hold("The tenant is suspended", reference);
  const recipient = await resolveRecipient(subject, to);
  if ("result" in recipient) return { outcome: { ...recipient, details: reference } };
  const texts = claim === undefined ? await loadApprovedTexts(template) : await MessageTemplate.loadRevision(claim);
  if (!texts) return fail("The template no longer exists", reference);
  const values = { ...(await loadValues(subject, texts)), ...recorder?.values };
  const { subject: title, html, text, missing } = MessageTemplate.renderTemplate(texts, values);
  const revision = { template_revision: texts.revision };
  if (missing.length > 0) return hold(`No value for ${missing.join(", ")}`, revision);
  if (claim === undefined && template) {
    const revision_id = MessageTemplate.findApprovedRevision(template.id) ?? MessageTemplate.revisionId(template);
    const attempt = await takeQuota(recipient.email);
    if (!attempt) return hold("The address or the tenant has reached its hourly email limit", reference);
    return { claim: { revision_id }, release: () => attempt.refund() };
  }
  const ownerId = readReference(subject.record, "owner");
  const owner = ownerId === undefined ? undefined : await Directory.findActive(ownerId);
  return {
    message: {
      id: `${enrollment.id}.${step.id}`,
      to: recipient.email,
      subject: title ?? "",
      text,
      ...(html === null ? {} : { html: placePreferencesLink(html, null) }),
      ...(owner ? { reply_to: owner.email } : {}),
    },
    details: { ...revision, recipient_ids: [recipient.id] },
  };
}

const loadApprovedTexts = async (template: Awaited<ReturnType<typeof MessageTemplate.load>>) =>
  template && MessageTemplate.loadTexts(template, MessageTemplate.findApprovedRevision(template.id));

/** Returns the revision of the template that the claim of the step names. */
function readClaim({ outputs }: EnrollmentRecord, { id }: Step): string | undefined {
  const claim = outputs[id] as { revision_id?: string } | undefined;
  return claim?.revision_id;
}

type SourceType = Parameters<typeof buildRecordValues>[0];

/** Loads the values of the merge fields, as far as templates know the kind of the record. */
async function loadValues({ collection, record }: CollectedRecord, texts: Parameters<typeof buildRecordValues>[2]) {
  const type = sourceTypes.find((name) => name === collection.name) as SourceType | undefined;
  return type === undefined ? {} : buildRecordValues(type, record, texts);
}

type Recipient = { readonly id: string; readonly email: string };

const unreachedOutcomes = {
  NO_ADDRESS: { result: "FAILED", reason: "The contact has no address" },
  REFUSED: { result: "SKIPPED", reason: "The contact refuses service emails" },
} as const satisfies Record<string, StepOutcome>;

/** Returns the recipient, unless they have no address or refuse service mails. */
async function resolveRecipient(subject: CollectedRecord, to: SystemRecipient): Promise<Recipient | StepOutcome> {
  if (to !== "contact") {
    const { user, reason } = await resolveUser(await findUserId(to, subject), subject);
    return user ? { id: user.id, email: user.email } : { result: "FAILED", reason };
  }
  const { name } = subject.collection;
  const id = name === "contact" ? subject.record.id : readReference(subject.record, "contact");
  if (id === undefined) return { result: "FAILED", reason: `The record has no ${to}` };
  const contact = (await resolveRecipients([id])).get(id) ?? "NO_ADDRESS";
  return typeof contact === "string" ? unreachedOutcomes[contact] : { id, email: contact.email };
}

/** Maximum number of these mails in an hour: to one address, and of one tenant. */
const [MAX_MAILS_PER_ADDRESS, MAX_MAILS_PER_TENANT] = [10, 3000];

/** Takes a mail from both quotas; undefined if one is reached. */
async function takeQuota(email: string): Promise<Throttle.Attempt | undefined> {
  try {
    return await Throttle.attempt(
      "mail",
      [`workflow ${useTenant()} to ${normalizeAddress(email)}`, MAX_MAILS_PER_ADDRESS],
      [`workflow of ${useTenant()}`, MAX_MAILS_PER_TENANT],
    );
  } catch (error) {
    if (isFailure(error, "RATE_LIMITED")) return undefined;
    throw error;
  }
}

export * as SystemMail from "./system-mail.ts";
