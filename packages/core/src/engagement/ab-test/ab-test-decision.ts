import { Clock } from "../../kernel/clock.ts";
import { describeFailure, isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { decide } from "../campaign/ab-test.rules.ts";
import { CampaignLookup } from "../campaign/campaign-lookup.ts";
import { EmailSends, isRejectedSample, type SendRecord } from "../email-send/email-send.ts";
import { type AbTestRecord, AbTests, type StoredDecision } from "./ab-test.entity.ts";
import { LOOK_SECONDS } from "./ab-test-lifecycle.ts";
import { addSend, buildRestSend } from "./ab-test-send.ts";
import type { AbTestStatus, VariantId } from "./ab-test-status.rules.ts";
import { loadVariantCounts, type VariantCounts } from "./variant-counts.ts";

/**
 * The clock of a test. It looks at the sample every ten minutes until no mail waits, and then once more after `decide_after_hours`, when the figures decide.
 * The decision and the send of the winner are one transaction on the version of the test, so a clock that fires twice or late decides once.
 */

/** Handles `ab_test.decide_due`. */
export const onDecideDue = createClockListener((id, due_at) => Clocks.runDue(AbTests, id, "decide", due_at, advance));

const lookAgain = (test: AbTestRecord): AbTestRecord => ({ ...test, decide_at: Clock.addSeconds(LOOK_SECONDS) });

async function advance(test: AbTestRecord, tx: Transaction): Promise<AbTestRecord> {
  const send = await Records.load(EmailSends, test.sample_send_id ?? "", { live: true });
  if (send && isRejectedSample(send)) return reopen(test, send);
  if (!send || send.send_status === "CANCELLED") return end(test, send?.error ?? "The send of the sample was cancelled");
  if (send.send_status !== "SENT") return lookAgain(test);
  const counts = await loadVariantCounts(test, { consistent: true });
  if (test.sample_sent_at !== null) return conclude(test, send, counts, tx);
  if (counts.some(({ queued }) => queued > 0) || isCounting(send, counts)) return lookAgain(test);
  return { ...test, sample_sent_at: Clock.now(), decide_at: Clock.addSeconds(test.decide_after_hours * 60 * 60) };
}

const end = (test: AbTestRecord, error: string): AbTestRecord => ({
  ...test,
  ...{ status: "CANCELLED", end_date: Clock.now(), decide_at: null, error },
});

/** Returns a test whose sample was not approved as a draft. It names the send, which has the comment. */
const reopen = (test: AbTestRecord, { error }: SendRecord): AbTestRecord => ({
  ...test,
  ...{ status: "DRAFT", start_date: null, started_by: null, decide_at: null, error },
});

/** Handles `email_send.sample_rejected`. */
export async function onSampleRejected({ record_id }: DomainEvent): Promise<void> {
  const send = await Records.load(EmailSends, record_id);
  if (!send?.ab_test_id || !isRejectedSample(send)) return;
  await Records.ignoreMissing(
    Records.change(AbTests, send.ab_test_id, (test) =>
      test.status === "RUNNING" && test.sample_send_id === send.id ? reopen(test, send) : test,
    ),
  );
}

/** How long counters are expected to lag at most. Mails of persons who were erased since are never counted. */
const COUNTING_SECONDS = 60 * 60;

/** Returns whether counters do not contain all mails of the sample yet. */
const isCounting = ({ recipients_count, finished_at }: SendRecord, counts: readonly VariantCounts[]): boolean =>
  counts.reduce((total, { assigned }) => total + assigned, 0) < recipients_count &&
  Clock.ms() < Date.parse(finished_at ?? Clock.now()) + COUNTING_SECONDS * 1000;

const statusByOutcome: Readonly<Record<StoredDecision["outcome"], AbTestStatus>> = {
  winner: "DECIDED",
  no_difference: "DECIDED",
  inconclusive: "INCONCLUSIVE",
  unequal_shares: "FAULTY",
  not_tracked: "INCONCLUSIVE",
};

/** Compares the variants of a test. Without tracked figures of each variant, nothing is compared, and no variant is better. */
export const compare = ({ variants, minimum_sample_size, confidence_level }: AbTestRecord, counts: readonly VariantCounts[]) => {
  const tracked = counts.flatMap(({ successes, ...count }) => (successes === null ? [] : [{ ...count, successes }]));
  if (tracked.length < counts.length) return { winner: null, comparison: buildUntracked(counts) };
  const { winner, ...comparison } = decide({
    variants: tracked,
    minimum_sample_size,
    confidence_level,
    shares: variants.map(({ share }) => share),
  });
  return {
    winner: winner as VariantId | null,
    comparison: comparison as Comparison,
  };
};

type Comparison = Omit<StoredDecision, "variants" | "decided_at" | "decided_by">;

const buildUntracked = (counts: readonly VariantCounts[]): Comparison => ({
  ...{ outcome: "not_tracked", better: null, pairs: [], shares_p: null },
  intervals: counts.map(({ id }) => ({ id, rate: null, low: 0, high: 1 })),
});

/** Decides the test, and adds the send of the winner to the transaction. */
async function conclude(
  test: AbTestRecord,
  sample: SendRecord,
  counts: readonly VariantCounts[],
  tx: Transaction,
): Promise<AbTestRecord> {
  const { winner, comparison } = compare(test, counts);
  const { outcome, better } = comparison;
  const sendsBetter = test.without_winner === "send_better" && outcome !== "unequal_shares" && outcome !== "not_tracked";
  const now = Clock.now();
  const decided: AbTestRecord = {
    ...test,
    ...{ status: statusByOutcome[outcome], end_date: now, decide_at: null },
    winning_variant: winner ?? (sendsBetter ? better : null),
    decision: {
      ...comparison,
      variants: counts.map(({ id, assigned, delivered, successes }) => ({ id, assigned, delivered, successes })),
      ...{ decided_at: now, decided_by: null },
    },
  };
  return test.sample_percent === 100 ? decided : sendRest(decided, sample, tx);
}

/** Sends the winner to the others. They wait for a person if nothing won, or if the winner cannot be sent now. */
async function sendRest(test: AbTestRecord, sample: SendRecord, tx: Transaction): Promise<AbTestRecord> {
  const variant = test.variants.find(({ id }) => id === test.winning_variant);
  if (!variant) return { ...test, is_waiting: true };
  const campaign = await CampaignLookup.load(test.campaign_id);
  if (campaign?.status !== "IN_PROGRESS")
    return { ...test, is_waiting: true, error: `The campaign is ${campaign?.status ?? "deleted"}, so the winner was not sent` };
  try {
    const send = await buildRestSend(test, sample, variant, test.started_by);
    addSend(tx, send);
    return { ...test, rest_send_id: send.id };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...test, is_waiting: true, error: describeFailure(error) };
  }
}
