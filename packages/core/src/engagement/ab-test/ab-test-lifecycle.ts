import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalid, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, oneOf, toStoredFields } from "../../kernel/schema.ts";
import { requireWithinYear } from "../../messaging/message/max-schedule.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { requireInCampaign } from "../campaign/campaign-child.ts";
import { CampaignLookup, type CampaignRecord } from "../campaign/campaign-lookup.ts";
import { requireSending } from "../campaign/campaign-status.rules.ts";
import { emailSendGrants } from "../email-send/email-send.kind.ts";
import { EmailSend, EmailSends } from "../email-send/email-send.ts";
import { type AbTestRecord, AbTests, fields } from "./ab-test.entity.ts";
import { AbTest, TestIdInput } from "./ab-test.ts";
import { addSend, buildRestSend, buildSampleSend, loadSample } from "./ab-test-send.ts";
import { variantIds } from "./ab-test-status.rules.ts";

/** How users start, cancel and end A/B tests (docs/engagement/campaigns.md, A/B tests). */

/** Seconds between two looks at a sample whose mails still wait. */
export const LOOK_SECONDS = 10 * 60;

/** Days after the start in which the winner may go out: the claims that keep a person from a second mail are kept for 90 days. */
const MAX_CHOICE_DAYS = 60;

const Start = TestIdInput.extend({
  schedule_at: instant().optional().describe("When the mails of the sample are sent. Default: now. Not for tests of the time"),
});

/** Starts a test: its sample is sent. The test then runs as the caller. */
export const start = fn(Start, async ({ id: campaignId, ab_test_id, schedule_at }) => {
  const campaign = await CampaignLookup.read(campaignId);
  requireSendPermission();
  return Records.change(AbTests, ab_test_id, (current, tx) => {
    AbTest.requireStatus(requireInCampaign(current, campaign.id), "started", ["DRAFT"]);
    return startTest(current, campaign, schedule_at, tx);
  });
});

/** Returns the test as it runs, and adds the send of its sample to the transaction. */
async function startTest(
  test: AbTestRecord,
  campaign: CampaignRecord,
  schedule_at: string | undefined,
  tx: Transaction,
): Promise<AbTestRecord> {
  const now = Clock.now();
  requireFutureTimes(test, schedule_at, now);
  requireSending(campaign.status, schedule_at !== undefined);
  const send = await buildSampleSend(tx, test, campaign, schedule_at);
  addSend(tx, send);
  const lastTime = [schedule_at ?? now, ...test.variants.flatMap(({ send_at }) => send_at ?? [])].sort().at(-1) ?? now;
  return {
    ...test,
    ...{ status: "RUNNING", start_date: now, started_by: useActorId(), sample_send_id: send.id, error: null },
    decide_at: Clock.addSeconds(LOOK_SECONDS, Date.parse(lastTime)),
  };
}

/** Creates a test and starts it, in one transaction. `input` is that of a new test, without the campaign. */
export async function createStarted(
  campaign: CampaignRecord,
  { variants, ...input }: Omit<z.output<typeof AbTest.Create>, "id">,
  schedule_at: string | undefined,
): Promise<AbTestRecord> {
  requireSendPermission();
  const values = { ...toStoredFields(fields, input), variants: AbTest.toStoredVariants(variants) };
  return retryOnConflict(async () => {
    const tx = transaction().requireLive(campaign.id, () => notFound());
    const test = await startTest(await AbTest.buildTest(campaign.id, values), campaign, schedule_at, tx);
    return tx.create(AbTests, test).commit(test);
  });
}

function requireSendPermission(): void {
  if (!hasPermission(emailSendGrants.write)) throw forbidden("You may not send bulk email");
}

function requireFutureTimes({ tests, variants }: AbTestRecord, schedule_at: string | undefined, now: string): void {
  const details: ErrorDetail[] = [];
  if (tests === "time" && schedule_at !== undefined)
    details.push({ field: "schedule_at", message: "Not allowed in a test of the time: the variants name their times" });
  if (schedule_at !== undefined && schedule_at <= now) details.push({ field: "schedule_at", message: "Must not be in the past" });
  for (const [index, { send_at }] of variants.entries())
    if (send_at !== null && send_at <= now)
      details.push({ field: `variants[${index}].send_at`, message: "Must be in the future: change the test" });
  if (details.length > 0) throw invalidAll(details);
  if (schedule_at !== undefined) requireWithinYear("schedule_at", schedule_at);
  for (const [index, { send_at }] of variants.entries())
    if (send_at !== null) requireWithinYear(`variants[${index}].send_at`, send_at);
}

/** Cancels a test. Mails of the sample that wait are recalled. */
export const cancel = fn(TestIdInput, async ({ id: campaignId, ab_test_id }) => {
  const campaign = await CampaignLookup.read(campaignId);
  return Records.change(AbTests, ab_test_id, async (current, tx) => {
    requireInCampaign(current, campaign.id);
    if (current.status === "CANCELLED") return current;
    AbTest.requireStatus(current, "cancelled", ["DRAFT", "RUNNING"]);
    if (current.sample_send_id !== null && current.sample_sent_at === null) await cancelSample(current.sample_send_id, tx);
    return { ...current, status: "CANCELLED" as const, end_date: Clock.now(), decide_at: null };
  });
});

/** Adds the end of the send to the transaction. A send that is SENT can still have mails that wait. */
async function cancelSample(sendId: string, tx: Transaction): Promise<void> {
  const send = await Records.load(EmailSends, sendId, { live: true });
  if (!send || send.send_status === "CANCELLED") return;
  tx.replace(EmailSends, send, Records.nextVersion(send, await EmailSend.withCancellation(send)));
}

const Choose = TestIdInput.extend({ variant: oneOf(variantIds).describe("The others get this variant") });

/** Sends a variant to the others, where the figures did not decide. The send runs as the caller. */
export const choose = fn(Choose, async ({ id: campaignId, ab_test_id, variant: chosenId }) => {
  const campaign = await CampaignLookup.read(campaignId);
  requireSendPermission();
  return Records.change(AbTests, ab_test_id, async (current, tx) => {
    requireInCampaign(current, campaign.id);
    if (!current.is_waiting || current.decision === null)
      throw ruleViolation("The test does not wait for a choice", [
        { field: "is_waiting", message: `The status is ${current.status}, and no variant is to be chosen` },
      ]);
    const variant = current.variants.find(({ id }) => id === chosenId);
    if (!variant) throw invalid("variant", `Must be one of ${current.variants.map(({ id }) => id).join(", ")}`);
    const now = Clock.now();
    if (Date.parse(now) > Date.parse(current.start_date ?? now) + MAX_CHOICE_DAYS * DAY_MS)
      throw ruleViolation(`The test was started more than ${MAX_CHOICE_DAYS} days ago: send the mail without a test`);
    requireSending(campaign.status, false);
    const send = await buildRestSend(current, await loadSample(current), variant, useActorId());
    addSend(tx, send);
    return {
      ...current,
      ...{ winning_variant: chosenId, rest_send_id: send.id, is_waiting: false, error: null },
      decision: { ...current.decision, decided_by: useActorId() },
    };
  });
});

const DAY_MS = 24 * 60 * 60 * 1000;

export * as AbTestLifecycle from "./ab-test-lifecycle.ts";
