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
import { countHits, FINAL_AFTER_SECONDS, type Hit, isPossiblyHuman } from "./hit-classification.rules.ts";
import { Hits } from "./hits.ts";
import { loadDeliveryFacts } from "./message-tracking.ts";
import { computeDetectionTime } from "./open-detection-schedule.ts";

/**
 * Writes down that a person has opened a message, and followed a link of it, once nothing that comes changes who it was: in the message,
 * from which results of mails to many are counted, and as an interaction of the person, which scores, segments and re-engagement hear of
 * (docs/messaging/mail-tracking.md). At `message.judge_due`, twice and late too.
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
  const next = { ...message, opened_at, clicked_at };
  return { ...next, judge_at: computeNextCheck(next, { hits, finalUntil: final, isDelivered: sent.delivered_at !== null }) };
}

/** Seconds. For so long it may be told that a mail was delivered, before which nobody can have opened it. */
const [HOUR_SECONDS, GIVE_UP_SECONDS] = [60 * 60, 3 * 24 * 60 * 60];

interface DetectionState {
  hits: readonly Hit[];
  /** Up to when it is known who they were. */
  finalUntil: string;
  /** Whether that was told, or never is. */
  isDelivered: boolean;
}

/** When it is judged next: behind what came too late for this time, and while it may be told yet that it was delivered. */
function computeNextCheck(
  { opened_at, clicked_at, tried_at }: MessageRecord,
  { hits, finalUntil: final, isDelivered }: DetectionState,
): string | null {
  const open = hits.filter((hit) => isPossiblyHuman(hit) && (hit.kind === "open" ? opened_at : clicked_at) === null);
  const last = open.filter(({ at }) => at > final).at(-1);
  if (last) return computeDetectionTime(last.at);
  if (open.length === 0 || isDelivered || tried_at === null) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVE_UP_SECONDS ? null : Clock.addSeconds(Math.max(HOUR_SECONDS, age));
}

/** An interaction of the person, whoever they are by now. It says nothing of the message's words: those are for who sees it. */
async function addInteraction(
  tx: Transaction,
  { id, person_id }: MessageRecord,
  type: "email_opened" | "email_clicked",
  at: string,
): Promise<void> {
  const person = await Person.resolveMerged(person_id);
  if (!person || person.deleted_at) return;
  const input = parse(Interaction.Input, {
    // Also where the tenant has put the type out of use.
    interaction_type_id: await Master.resolve(INTERACTION_TYPES, type, "interaction_type_id", type),
    interaction_date: at,
    subject: type === "email_opened" ? "Opened a mail" : "Followed a link of a mail",
    metadata: { message_id: id },
    ...(type === "email_clicked" ? { direction: "INBOUND" } : {}),
  });
  Interaction.add(tx, { ...(await Interaction.prepare(input, Person.listIds(person))), channel: "email" });
}
