import { useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { GENERAL_TYPE } from "../../people/suppression/subscription-type.masters.ts";
import type { Campaign } from "../campaign/campaign.ts";
import { EMAIL_SEND } from "../email-send/email-send.kind.ts";
import { EmailSend, type SendRecord } from "../email-send/email-send.ts";
import type { AbTestRecord, StoredVariant } from "./ab-test.entity.ts";
import { computeRestTime } from "./rest-time.rules.ts";

/** The email sends of a test: one of the variants to the sample, and one of the winner to the others. */

export type CampaignRecord = Awaited<ReturnType<typeof Campaign.read>>;

/** Ids are derived from the test, so there is at most one send to the sample and one to the others. */
const sendId = ({ id }: AbTestRecord, phase: "sample" | "rest"): string => derivedId(EMAIL_SEND, idTime(id), `${id}@${phase}`);

/** What both sends of a test have. */
const buildValues = (test: AbTestRecord, { id: campaign_id, owner_id }: CampaignRecord) => ({
  campaign_id,
  owner_id,
  segment_id: test.segment_id,
  contact_list_id: test.contact_list_id,
  template_id: test.template_id,
  sender_id: test.sender_id,
  subscription_type: test.subscription_type ?? GENERAL_TYPE,
});

/** The fields of a send that a variant replaces. */
const pickReplaced = ({ subject, template_id, content, sender_id }: StoredVariant) =>
  Object.fromEntries(Object.entries({ subject, template_id, content, sender_id }).filter(([, value]) => value !== null));

/** Builds the send of the variants to the sample. It starts now, or at `schedule_at`. */
export function buildSampleSend(test: AbTestRecord, campaign: CampaignRecord, schedule_at: string | undefined): SendRecord {
  const { sample_percent, variants } = test;
  const values = { ...buildValues(test, campaign), name: `${test.name}: sample` };
  const sample = { percent: sample_percent, variants };
  return EmailSend.init(
    { ...values, ab_test_id: test.id, ab_phase: "sample", sample },
    { id: sendId(test, "sample"), schedule_at },
  );
}

/** Builds the send of a variant to the persons who got none. A winning time is met again on a later day. */
export function buildRestSend(test: AbTestRecord, campaign: CampaignRecord, winner: StoredVariant, now: string): SendRecord {
  const values = { ...buildValues(test, campaign), ...pickReplaced(winner), name: `${test.name}: ${winner.id}` };
  const times = test.variants.flatMap(({ send_at }) => send_at ?? []);
  const schedule_at =
    winner.send_at === null ? undefined : computeRestTime({ winner: winner.send_at, times, now, zone: useSettings().timezone });
  return EmailSend.init(
    { ...values, ab_test_id: test.id, ab_phase: "rest", sample: null },
    { id: sendId(test, "rest"), schedule_at },
  );
}

/** Throws RULE_VIOLATION with all faults of the mails of a send. Faults of a variant name it, such as `variants[1].template_id`. */
export async function requireSendableVariants(send: SendRecord, variants: readonly StoredVariant[]): Promise<void> {
  const byField = new Map<string, ErrorDetail>();
  for (const [index, variant] of variants.entries()) {
    const replaced = pickReplaced(variant);
    const details = await EmailSend.requireSendable({ ...send, ...replaced }).then(
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
