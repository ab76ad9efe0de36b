import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { isBlank } from "../../messaging/template/message-template.rules.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { CampaignRecord } from "../campaign/campaign-lookup.ts";
import type { SampleVariant } from "../email-send/email-send.entity.ts";
import { EMAIL_SEND } from "../email-send/email-send.kind.ts";
import { EmailSend, EmailSends, type SendRecord } from "../email-send/email-send.ts";
import { decideTracking, pinTemplate, type TemplatePin } from "../email-send/readiness.ts";
import type { AbTestRecord, StoredVariant } from "./ab-test.entity.ts";
import { needsTracking } from "./ab-test-status.rules.ts";
import { computeRestTime } from "./rest-time.rules.ts";

/** The email sends of a test: one of the variants to the sample, and one of the winner to the others. */

type Phase = "sample" | "rest";

/** Ids are derived from the test, so there is at most one send to the others, and one to the sample for each one that was not approved. */
const sendId = ({ id, sample_send_id }: AbTestRecord, phase: Phase): string =>
  derivedId(EMAIL_SEND, idTime(id), `${phase === "sample" ? (sample_send_id ?? id) : id}@${phase}`);

/** What the send of the sample has. That of the others takes it from there. */
const buildValues = (test: AbTestRecord, { id: campaign_id, owner_id, subscription_type }: CampaignRecord) => {
  const { segment_id, contact_list_id, member_status, exclude_segment_ids } = test;
  const { template_id, content, subject, sender_id, throttle_per_hour, tracks } = test;
  return {
    ...{ channel: "email" as const, campaign_id, owner_id, local_time: null, throttle_per_hour, tracks },
    ...{ segment_id, contact_list_id, member_status, exclude_segment_ids },
    to_members: segment_id === null && contact_list_id === null,
    ...{ template_id, content, subject, sender_id },
    subscription_type: test.subscription_type ?? subscription_type,
  };
};

/** What the sends to the sample and to the others have in common. */
const pickValues = (sample: SendRecord) => {
  const { channel, campaign_id, owner_id, subscription_type, local_time, throttle_per_hour, tracks } = sample;
  const { to_members, segment_id, contact_list_id, member_status, exclude_segment_ids } = sample;
  const { template_id, content, subject, sender_id } = sample;
  return {
    ...{ channel, campaign_id, owner_id, subscription_type, local_time, throttle_per_hour, tracks },
    ...{ to_members, segment_id, contact_list_id, member_status, exclude_segment_ids },
    ...{ template_id, content, subject, sender_id },
  };
};

type Replaced = Pick<StoredVariant, "subject" | "template_id" | "content" | "sender_id">;

/** The fields of a send that a variant replaces. */
export const pickReplaced = ({ subject, template_id, content, sender_id }: Replaced) =>
  Object.fromEntries(Object.entries({ subject, template_id, content, sender_id }).filter(([, value]) => value !== null));

type Values = Parameters<typeof EmailSend.init>[0];
type SystemFields = Parameters<typeof EmailSend.init>[1];

/** Builds the draft of a send, as created now: its id has the instant of the test. */
function initSend(phase: Phase, test: AbTestRecord, values: Values, more: SystemFields): SendRecord {
  // Users who wrote the test may not approve its mails. Tests of earlier releases know only the last one.
  const written_by = [...new Set([test.created_by, test.updated_by, ...test.written_by])];
  const send = EmailSend.init(values, { ab_test_id: test.id, ab_phase: phase, written_by, ...more }, { id: sendId(test, phase) });
  const now = Clock.now();
  return { ...send, created_at: now, updated_at: now };
}

/**
 * Builds the send of the variants to the sample. It starts now, or at `schedule_at`, or once it is approved: the approval also covers the mails to the
 * others. Throws RULE_VIOLATION if a variant cannot be sent.
 */
export async function buildSampleSend(
  tx: Transaction,
  test: AbTestRecord,
  campaign: CampaignRecord,
  schedule_at: string | undefined,
): Promise<SendRecord> {
  const sample = await buildSampleDraft(test, campaign);
  await requireTracking(test, sample);
  return EmailSend.submit(tx, sample, schedule_at);
}

/** Builds the draft of the send to the sample, with the present revisions of its templates. Throws RULE_VIOLATION if a variant cannot be sent. */
export async function buildSampleDraft(test: AbTestRecord, campaign: CampaignRecord): Promise<SendRecord> {
  const values = { ...buildValues(test, campaign), name: `${test.name}: sample` };
  const send = initSend("sample", test, values, { sample: { percent: test.sample_percent, variants: test.variants } });
  const variants = await pinVariants(send, test);
  return { ...send, sample: { percent: test.sample_percent, variants } };
}

/** Throws RULE_VIOLATION if opens or clicks decide the test and its mails would not be tracked. */
async function requireTracking({ success_metric }: AbTestRecord, sample: SendRecord): Promise<void> {
  if (!needsTracking(success_metric) || (await decideTracking(sample))) return;
  throw ruleViolation("The test cannot start, because the mails that decide it are not tracked", [
    {
      field: "tracks",
      message: `${success_metric} is counted in tracked mails only, and the mail account does not track: set tracks to true, or choose response_rate or conversion_rate`,
    },
  ]);
}

/** Loads the send of the sample, also a deleted one. Throws RULE_VIOLATION if it was removed for good. */
export async function loadSample({ sample_send_id }: AbTestRecord): Promise<SendRecord> {
  const sample = await Records.load(EmailSends, sample_send_id ?? "");
  if (sample) return sample;
  throw ruleViolation("The send of the sample no longer exists: start another test", [
    { field: "sample_send_id", message: "No such send" },
  ]);
}

/**
 * Builds the send of a variant to the persons who got none, as the user `scheduled_by`. It has what the send of the sample has, which was approved: its
 * owner, subscription type, revisions of templates and filters, also if the campaign and the templates changed since. A winning time is met again on
 * a later day. Throws RULE_VIOLATION if the mail cannot be sent.
 */
export async function buildRestSend(
  test: AbTestRecord,
  sample: SendRecord,
  winner: StoredVariant,
  scheduled_by: string | null,
): Promise<SendRecord> {
  const variant: Replaced & TemplatePin = sample.sample?.variants.find(({ id }) => id === winner.id) ?? winner;
  const values = { ...pickValues(sample), ...pickReplaced(variant), name: `${test.name}: ${winner.id}` };
  const isReplaced = variant.template_id !== null || variant.content !== null;
  const { template_revision = null, template_revision_id = null }: TemplatePin = isReplaced ? variant : sample;
  const { approval, filter_revisions, is_tracked } = sample;
  const more = { approval, filter_revisions, is_tracked, template_revision, template_revision_id };
  const times = test.variants.flatMap(({ send_at }) => send_at ?? []);
  const time = { times, now: Clock.now(), zone: useSettings().timezone };
  const schedule_at = winner.send_at === null ? undefined : computeRestTime({ ...time, winner: winner.send_at });
  return { ...(await EmailSend.toScheduled(initSend("rest", test, values, more), schedule_at)), scheduled_by };
}

/** Adds a send to a transaction. Another process that adds it first conflicts, so the caller starts again with the changed test. */
export const addSend = (tx: Transaction, send: SendRecord): Transaction =>
  tx.create(EmailSends, send, () => new WriteConflict(`${send.id} already exists`));

/**
 * Returns the variants with the present revisions of their templates. Throws RULE_VIOLATION with all faults of the variants. Faults of a variant name it, such
 * as `variants[1].template_id`.
 */
async function pinVariants(
  send: SendRecord,
  { variants, success_metric }: Pick<AbTestRecord, "variants" | "success_metric">,
): Promise<SampleVariant[]> {
  const byField = new Map<string, ErrorDetail>();
  const pinned: SampleVariant[] = [];
  for (const [index, variant] of variants.entries()) {
    const replaced = pickReplaced(variant);
    const { details, template } = await EmailSend.requireSendable({ ...send, ...replaced, sample: null }).then(
      (template) => ({ details: [] as ErrorDetail[], template }),
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        return { details: [...error.details], template: undefined };
      },
    );
    pinned.push({ ...variant, ...pinTemplate(variant.template_id === null ? undefined : template) });
    if (details.length === 0 && needsTracking(success_metric)) {
      const source = variant.content ?? template ?? send.content;
      const field = source === template ? "template_id" : "content";
      const message = `Must have an HTML part: ${success_metric} is not counted in text`;
      if (isBlank(source?.body_html ?? null)) details.push({ field, message });
    }
    for (const { field, message } of details) {
      const path = Object.hasOwn(replaced, field.split(".")[0] ?? "") ? `variants[${index}].${field}` : field;
      byField.set(path, { field: path, message });
    }
  }
  if (byField.size > 0) throw ruleViolation("The test is not ready: fix the listed fields", [...byField.values()]);
  return pinned;
}
