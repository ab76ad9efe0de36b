import { hasPermission } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { waitForStream } from "../../storage/scheduler/backpressure.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { loadPage } from "./audience.ts";
import { emailSendGrants } from "./email-send.kind.ts";
import { type Counts, EmailSend, EmailSends, isOpen, type SendRecord } from "./email-send.ts";
import { loadMailing, type Outcome, writeMessages } from "./mailing.ts";

/** The progress of a send: the cursor of the walk, whether the walk is complete, and the counts so far. */
interface Progress extends Counts {
  after: string | null;
  walked: boolean;
}

const initialProgress: Progress = { after: null, walked: false, recipients_count: 0, passed_over_count: 0 };

/**
 * The worker of sends. A slice writes page after page as the user who scheduled the send. A repeated page writes no second message to a person.
 */
const sender = createWorker<SendRecord, Progress>({
  name: "email-sends",
  collection: EmailSends,
  isOpen,
  sliceMs: 10_000,
  contextFor: async ({ id, scheduled_by }) =>
    scheduled_by === null ? undefined : buildActorContext(scheduled_by, { request: id }),
  work,
  onFailed: async ({ id }, { message, details }) => {
    const error = [message, ...details.map((detail) => `${detail.field}: ${detail.message}`)].join("; ");
    await sender.change(id, () => ({ send_status: "CANCELLED", error, ...EmailSend.buildEndFields() }));
  },
});

/** Handles `email_send.start_due`. A late or repeated event, or one for a rescheduled or cancelled send, starts the send at most once. */
const onStart = createClockListener((id, due_at) => Clocks.runDue(EmailSends, id, "start", due_at, EmailSend.markSending));

export const onEvent = (event: DomainEvent): Promise<void> =>
  event.type === "email_send.start_due" ? onStart(event) : sender.onContinueRequested(event);

async function work({ id }: SendRecord, from: JobLease<Progress>, until: number): Promise<void> {
  if (!hasPermission(emailSendGrants.write)) throw forbidden("The user who scheduled the send may no longer send bulk email");
  let lease = from;
  let mailing: Awaited<ReturnType<typeof loadMailing>> | undefined;
  for (;;) {
    const send = await Records.load(EmailSends, id, { live: true });
    if (!send || !isOpen(send)) return;
    const { after, walked, ...counts } = lease.state ?? initialProgress;
    if (walked) {
      await sender.change(id, () => ({ send_status: "SENT", ...counts, ...EmailSend.buildEndFields() }));
      return;
    }
    if (lease !== from && performance.now() >= until) return sender.requestNextSlice(id);
    mailing ??= await loadMailing(send);
    const page = await loadPage(send, after ?? undefined);
    const outcomes: Outcome[] = [];
    for (const chunk of splitIntoChunks(page.found, MAX_CONCURRENT_MESSAGES)) {
      // A slice can also end within a page of many contacts. The next slice skips the recipients that have their message.
      if (outcomes.length > 0 && performance.now() >= until) break;
      await waitForStream(() => performance.now() < until);
      outcomes.push(...(await writeMessages(mailing, after ?? "", chunk)));
    }
    lease =
      outcomes.length < page.found.length
        ? await Job.saveProgress(id, lease, { after, walked, ...counts })
        : await Job.saveProgress(id, lease, {
            ...{ after: page.after ?? null, walked: page.after === undefined },
            recipients_count: counts.recipients_count + countOutcomes(outcomes, "written"),
            passed_over_count: counts.passed_over_count + countOutcomes(outcomes, "passed"),
          });
  }
}

const countOutcomes = (outcomes: readonly Outcome[], expectedOutcome: Outcome): number =>
  outcomes.filter((outcome) => outcome === expectedOutcome).length;

/** Number of messages that a slice writes in parallel. */
const MAX_CONCURRENT_MESSAGES = 10;
