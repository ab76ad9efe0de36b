import { Clock } from "../../kernel/clock.ts";
import { parse } from "../../kernel/fn.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { Person } from "../../people/person/person.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { stampDays } from "../message/stamp-days.ts";
import { CampaignUtm } from "./campaign-utm.ts";
import { countHits, FINAL_AFTER_SECONDS, type Hit, isPossiblyHuman } from "./hit-classification.rules.ts";
import { Hits } from "./hits.ts";
import { loadDeliveryFacts } from "./message-tracking.ts";
import { computeDetectionTime } from "./open-detection-schedule.ts";

/**
 * Handles `message.judge_due`: records that a person opened a message or clicked a link, once later hits cannot change that. It
 * writes this to the message, from which the outcomes of bulk mails are counted, and as an interaction of the person, which scores,
 * segments and re-engagement use (docs/messaging/mail-tracking.md). Events may arrive twice or late.
 */
export const onJudgeDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() => Clocks.runDue(Messages, id, "judge", due_at, detectOpens)),
);

async function detectOpens(message: MessageRecord, tx: Transaction): Promise<MessageRecord> {
  const [hits, sent] = await Promise.all([Hits.loadHits(message.id), loadDeliveryFacts(message)]);
  const final = Clock.addSeconds(-FINAL_AFTER_SECONDS);
  const counts = countHits(hits, sent, { until: final });
  const opened_at = message.opened_at ?? counts.opened_at;
  const clicked_at = message.clicked_at ?? counts.clicked_at;
  if (message.opened_at === null && opened_at !== null) await addInteraction(tx, message, "email_opened", opened_at);
  if (message.clicked_at === null && clicked_at !== null) await addInteraction(tx, message, "email_clicked", clicked_at);
  const next = stampDays({ ...message, opened_at, clicked_at });
  return { ...next, judge_at: computeNextCheck(next, { hits, finalUntil: final, isDelivered: sent.delivered_at !== null }) };
}

/** In seconds. GIVE_UP_SECONDS is how long the delivery of a mail may still be reported. An open cannot be before the delivery. */
const [HOUR_SECONDS, GIVE_UP_SECONDS] = [60 * 60, 3 * 24 * 60 * 60];

interface DetectionState {
  hits: readonly Hit[];
  /** Hits up to this instant have a final classification. */
  finalUntil: string;
  /** Whether the delivery was reported, or is never reported. */
  isDelivered: boolean;
}

/** Returns the next detection: after hits that were too recent, or while the delivery may still be reported; null for none. */
function computeNextCheck(
  { opened_at, clicked_at, tried_at }: MessageRecord,
  { hits, finalUntil, isDelivered }: DetectionState,
): string | null {
  const open = hits.filter((hit) => isPossiblyHuman(hit) && (hit.kind === "open" ? opened_at : clicked_at) === null);
  const last = open.filter(({ at }) => at > finalUntil).at(-1);
  if (last) return computeDetectionTime(last.at);
  if (open.length === 0 || isDelivered || tried_at === null) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVE_UP_SECONDS ? null : Clock.addSeconds(Math.max(HOUR_SECONDS, age));
}

/**
 * Adds an interaction to the person, or to the survivor of a merge. It names the campaign of the message. It contains nothing of the message's text, which only users who see
 * the message may read.
 */
async function addInteraction(
  tx: Transaction,
  message: MessageRecord,
  type: "email_opened" | "email_clicked",
  detectedAt: string,
): Promise<void> {
  const { id, person_id, campaign_id } = message;
  const person = await Person.resolveMerged(person_id);
  if (!person || person.deleted_at) return;
  const input = parse(Interaction.Input, {
    // Works even if the tenant has switched the type off.
    interaction_type_id: await Master.resolve(INTERACTION_TYPES, type, "interaction_type_id", type),
    interaction_date: detectedAt,
    subject: type === "email_opened" ? "Opened a mail" : "Followed a link in a mail",
    metadata: { message_id: id, ...(await CampaignUtm.loadMessageUtm(message)) },
    campaign_id,
    ...(type === "email_clicked" ? { direction: "INBOUND" } : {}),
  });
  // The campaign may have been deleted since the mail was sent.
  const options = { checkedFields: ["campaign_id"] };
  Interaction.add(tx, { ...(await Interaction.prepare(input, Person.listIds(person), options)), channel: "email" });
}
