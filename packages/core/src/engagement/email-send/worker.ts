import { onSubjectChanged } from "../../agreements/approval/subject.listener.ts";
import { hasPermission, runIn } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { waitForStream } from "../../storage/scheduler/backpressure.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type FilteredSlice, FilterRevisions } from "../audience/filter-revisions.ts";
import { loadPage } from "./audience.ts";
import { emailSendGrants } from "./email-send.kind.ts";
import { addLeftOut, type LeftOutReason, leftOutReasons } from "./email-send.rules.ts";
import { type Counts, EmailSend, EmailSends, isOpen, type SendRecord } from "./email-send.ts";
import { loadMailing, type Outcome, type Ranks, writeMessages } from "./mailing.ts";
import { prepareSlice } from "./slice-check.ts";

/** The progress of a send: the cursor of the walk, whether the walk is complete, the counts so far, and the ranks of the next messages. */
interface Progress extends Counts {
  after: string | null;
  walked: boolean;
  /** Missing in the progress of an earlier release. */
  ranks?: Ranks;
  /** The members of the page that is being written; null between pages. A repeated page has the same members. */
  pageIds?: readonly string[] | null;
}

const initialProgress: Progress = {
  ...{ after: null, walked: false, ranks: {} },
  ...{ recipients_count: 0, passed_over_count: 0, left_out: {} },
};

/**
 * The worker of sends. A slice writes page after page as the user who scheduled the send. A repeated page writes no second message to a person.
 */
const sender = createWorker<SendRecord, Progress>({
  name: "email-sends",
  collection: EmailSends,
  isOpen,
  sliceMs: 10_000,
  contextFor: async ({ id, scheduled_by }) =>
    scheduled_by === null ? undefined : buildActorContext(scheduled_by, { authority: "email_send", request: id }),
  work,
  onFailed: async ({ id }, { message, details }) => {
    const error = [message, ...details.map((detail) => `${detail.field}: ${detail.message}`)].join("; ");
    await sender.change(id, () => ({ send_status: "CANCELLED", error, ...EmailSend.buildEndFields() }));
  },
});

/** Handles `email_send.start_due`. A late or repeated event, or one for a rescheduled or cancelled send, starts the send at most once. */
const onStart = createClockListener((id, due_at) => Clocks.runDue(EmailSends, id, "start", due_at, EmailSend.markSending));

/** Changes of a send after which its approvals are checked again. */
const approvalEvents: ReadonlySet<string> = new Set(["email_send.approval_over", "email_send.assigned", "email_send.deleted"]);

export function onEvent(event: DomainEvent): Promise<void> {
  if (approvalEvents.has(event.type)) return onSubjectChanged(event);
  return event.type === "email_send.start_due" ? onStart(event) : sender.onContinueRequested(event);
}

async function work({ id }: SendRecord, from: JobLease<Progress>, until: number): Promise<void> {
  if (!hasPermission(emailSendGrants.write)) throw forbidden("The user who scheduled the send may no longer send bulk email");
  const send = await Records.load(EmailSends, id, { live: true });
  if (!send || !isOpen(send)) return;
  const changed = await prepareSlice(send, from);
  if (!changed) return;
  // From here on the approval is not asked for again: messages may have been written.
  const lease = from.state === undefined ? await Job.saveProgress(id, from, initialProgress) : from;
  await runIn(await FilterRevisions.limitToAuthors(changed, send.scheduled_by), () => writePages(id, { lease, until, changed }));
}

async function writePages(id: string, { lease: from, until, changed }: FilteredSlice<Progress>): Promise<void> {
  let lease = from;
  let mailing: Awaited<ReturnType<typeof loadMailing>> | undefined;
  for (;;) {
    const send = await Records.load(EmailSends, id, { live: true });
    if (!send || !isOpen(send)) return;
    const { after, walked, ranks = {}, pageIds = null, ...counts } = { ...initialProgress, ...lease.state };
    if (walked) {
      await sender.change(id, () => ({ send_status: "SENT", ...counts, ...EmailSend.buildEndFields() }));
      return;
    }
    if (lease !== from && performance.now() >= until) return sender.requestNextSlice(id);
    mailing ??= await loadMailing(send);
    const page = await loadPage(send, after ?? undefined, pageIds ?? undefined);
    if (await FilterRevisions.haveMoved(send.filter_revisions, changed)) return sender.requestNextSlice(id);
    const memberIds = page.memberIds ?? null;
    // One write for each page of members: a message moves its member out of the page.
    if (memberIds && !pageIds) lease = await Job.saveProgress(id, lease, { after, walked, ranks, pageIds: memberIds, ...counts });
    const outcomes: Outcome[] = [];
    let nextRanks = ranks;
    for (const chunk of splitIntoChunks(page.found, MAX_CONCURRENT_MESSAGES)) {
      // A slice can also end within a page of many contacts. The next slice skips the recipients that have their message.
      if (outcomes.length > 0 && performance.now() >= until) break;
      await waitForStream(() => performance.now() < until);
      const written = await writeMessages(mailing, { page: after ?? "", ranks: nextRanks }, chunk);
      outcomes.push(...written.outcomes);
      nextRanks = written.ranks;
    }
    lease =
      outcomes.length < page.found.length
        ? await Job.saveProgress(id, lease, { after, walked, ranks, pageIds: memberIds, ...counts })
        : await Job.saveProgress(id, lease, {
            ...{ after: page.after ?? null, walked: page.after === undefined, ranks: nextRanks, pageIds: null },
            ...addOutcomes(counts, outcomes),
          });
  }
}

/** Adds the outcomes of a page to the counts. */
function addOutcomes({ recipients_count, passed_over_count, left_out }: Counts, outcomes: readonly Outcome[]): Counts {
  const reasons = outcomes.filter((outcome) => isLeftOut(outcome));
  return {
    recipients_count: recipients_count + outcomes.filter((outcome) => outcome === "written").length,
    passed_over_count: passed_over_count + reasons.length,
    left_out: addLeftOut(left_out, reasons),
  };
}

const isLeftOut = (outcome: Outcome): outcome is LeftOutReason => (leftOutReasons as readonly string[]).includes(outcome);

/** Number of messages that a slice writes in parallel. */
const MAX_CONCURRENT_MESSAGES = 10;
