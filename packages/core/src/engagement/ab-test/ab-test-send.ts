import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { CampaignRecord } from "../campaign/campaign-lookup.ts";
import { EMAIL_SEND } from "../email-send/email-send.kind.ts";
import { EmailSend, EmailSends, type SendRecord } from "../email-send/email-send.ts";
import type { AbTestRecord, StoredVariant } from "./ab-test.entity.ts";
import { computeRestTime } from "./rest-time.rules.ts";

/** The email sends of a test: one of the variants to the sample, and one of the winner to the others. */

type Phase = "sample" | "rest";

/** Ids are derived from the test, so there is at most one send to the others, and one to the sample for each one that was not approved. */
const sendId = ({ id, sample_send_id }: AbTestRecord, phase: Phase): string =>
  derivedId(EMAIL_SEND, idTime(id), `${phase === "sample" ? (sample_send_id ?? id) : id}@${phase}`);

/** What both sends of a test have. */
const buildValues = (test: AbTestRecord, { id: campaign_id, owner_id, subscription_type }: CampaignRecord) => {
  const { segment_id, contact_list_id, member_status, exclude_segment_ids } = test;
  const { template_id, content, subject, sender_id, throttle_per_hour } = test;
  return {
    ...{ channel: "email" as const, campaign_id, owner_id, local_time: null, throttle_per_hour },
    ...{ segment_id, contact_list_id, member_status, exclude_segment_ids },
    to_members: segment_id === null && contact_list_id === null,
    ...{ template_id, content, subject, sender_id },
    subscription_type: test.subscription_type ?? subscription_type,
  };
};

/** The fields of a send that a variant replaces. */
const pickReplaced = ({ subject, template_id, content, sender_id }: StoredVariant) =>
  Object.fromEntries(Object.entries({ subject, template_id, content, sender_id }).filter(([, value]) => value !== null));

/** Builds the draft of a send, as created now: its id has the instant of the test. */
function initSend(phase: Phase, test: AbTestRecord, values: Parameters<typeof EmailSend.init>[0], sample: SendRecord["sample"]) {
  // Who wrote the test may not approve its mails.
  const system = { ab_test_id: test.id, ab_phase: phase, sample, written_by: [test.created_by, test.updated_by] };
  const send = EmailSend.init(values, system, { id: sendId(test, phase) });
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
  const values = { ...buildValues(test, campaign), name: `${test.name}: sample` };
  const send = initSend("sample", test, values, { percent: test.sample_percent, variants: test.variants });
  await requireSendableVariants(send, test.variants);
  return EmailSend.submit(tx, send, schedule_at);
}

/**
 * Builds the send of a variant to the persons who got none, as the user `scheduled_by`. A winning time is met again on a later day. Throws
 * RULE_VIOLATION if the mail cannot be sent.
 */
export async function buildRestSend(
  test: AbTestRecord,
  campaign: CampaignRecord,
  winner: StoredVariant,
  scheduled_by: string | null,
): Promise<SendRecord> {
  const values = { ...buildValues(test, campaign), ...pickReplaced(winner), name: `${test.name}: ${winner.id}` };
  const times = test.variants.flatMap(({ send_at }) => send_at ?? []);
  const time = { times, now: Clock.now(), zone: useSettings().timezone };
  const schedule_at = winner.send_at === null ? undefined : computeRestTime({ ...time, winner: winner.send_at });
  return { ...(await EmailSend.toScheduled(initSend("rest", test, values, null), schedule_at)), scheduled_by };
}

/** Adds a send to a transaction. Another process that adds it first conflicts, so the caller starts again with the changed test. */
export const addSend = (tx: Transaction, send: SendRecord): Transaction =>
  tx.create(EmailSends, send, () => new WriteConflict(`${send.id} already exists`));

/** Throws RULE_VIOLATION with all faults of the variants. Faults of a variant name it, such as `variants[1].template_id`. */
async function requireSendableVariants(send: SendRecord, variants: readonly StoredVariant[]): Promise<void> {
  const byField = new Map<string, ErrorDetail>();
  for (const [index, variant] of variants.entries()) {
    const replaced = pickReplaced(variant);
    const details = await EmailSend.requireSendable({ ...send, ...replaced, sample: null }).then(
      () => [],
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        return error.details;
      },
    );
    for (const { field, message } of details) {
      const path = Object.hasOwn(replaced, field.split(".")[0] ?? "") ? `variants[${index}].${field}` : field;
      byField.set(path, { field: path, message });
    }
  }
  if (byField.size > 0) throw ruleViolation("The test is not ready: fix the listed fields", [...byField.values()]);
}
