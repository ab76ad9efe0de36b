import { emailSendGrants } from "../../email-send/email-send.domain.ts";
import { type Counts, EmailSend, EmailSends, isOpen, type SendRecord } from "../../email-send/email-send.ts";
import { may } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { acting } from "../../sign-in/acting.ts";
import { Clocks, onClock } from "../../storage/jobs/clocks.ts";
import { keepPace } from "../../storage/jobs/pace.ts";
import { worker } from "../../storage/jobs/worker.ts";
import { chunksOf } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { mailingOf, type Outcome, writtenTo } from "./mailing.ts";
import { pageBehind } from "./whom.ts";

/** How far a send is: the id that the walk is at, whether it is at its end, and how many so far. */
interface Progress extends Counts {
  after: string | null;
  walked: boolean;
}

const beginning: Progress = { after: null, walked: false, recipients_count: 0, passed_over_count: 0 };

/** The worker of sends: a turn writes page after page, as who scheduled it. A page done twice writes to nobody twice. */
const sender = worker<SendRecord, Progress>({
  name: "email-sends",
  collection: EmailSends,
  isOpen,
  longest: 10_000,
  acting: async ({ id, scheduled_by }) => (scheduled_by === null ? undefined : acting(scheduled_by, { request: id })),
  work,
  failed: async ({ id }, { message, details }) => {
    const error = [message, ...details.map((each) => `${each.field}: ${each.message}`)].join("; ");
    await sender.change(id, () => ({ send_status: "CANCELLED", error, ...EmailSend.ended() }));
  },
});

/** At `email_send.start_due`: twice, late, and after it was scheduled anew or called off, it begins once or not at all. */
const onStart = onClock((id, due_at) => Clocks.attend(EmailSends, id, "start", due_at, EmailSend.begun));

export const hear = (event: DomainEvent): Promise<void> =>
  event.type === "email_send.start_due" ? onStart(event) : sender.onContinueRequested(event);

async function work({ id }: SendRecord, from: JobLease<Progress>, until: number): Promise<void> {
  if (!may(emailSendGrants.write)) throw forbidden("Who scheduled it may not send mails to many any more");
  let lease = from;
  let mailing: Awaited<ReturnType<typeof mailingOf>> | undefined;
  for (;;) {
    const send = await Records.load(EmailSends, id, { live: true });
    if (!send || !isOpen(send)) return;
    const { after, walked, ...counts } = lease.state ?? beginning;
    if (walked) {
      await sender.change(id, () => ({ send_status: "SENT", ...counts, ...EmailSend.ended() }));
      return;
    }
    if (lease !== from && performance.now() >= until) return sender.resumeLater(id);
    mailing ??= await mailingOf(send);
    const page = await pageBehind(send, after ?? undefined);
    const outcomes: Outcome[] = [];
    for (const some of chunksOf(page.found, TOGETHER)) {
      // A turn ends within a page of many contacts, too: whom it has written to is passed over by the next.
      if (outcomes.length > 0 && performance.now() >= until) break;
      await keepPace(() => performance.now() < until);
      outcomes.push(...(await writtenTo(mailing, after ?? "", some)));
    }
    lease =
      outcomes.length < page.found.length
        ? await Job.advance(id, lease, { after, walked, ...counts })
        : await Job.advance(id, lease, {
            ...{ after: page.after ?? null, walked: page.after === undefined },
            recipients_count: counts.recipients_count + count(outcomes, "written"),
            passed_over_count: counts.passed_over_count + count(outcomes, "passed"),
          });
  }
}

const count = (outcomes: readonly Outcome[], wanted: Outcome): number => outcomes.filter((each) => each === wanted).length;

/** Messages that are written side by side. */
const TOGETHER = 10;
