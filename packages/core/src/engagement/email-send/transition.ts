import { Clock } from "../../kernel/clock.ts";
import { Job } from "../../storage/write/job.ts";
import type { SendRecord } from "./email-send.entity.ts";

/** How sends start and end. */

/** Starts the send: the worker begins to write its messages. */
export const markSending = (send: SendRecord): SendRecord => ({
  ...send,
  ...{ send_status: "SENDING", started_at: Clock.now() },
  ...Job.requestWorker(send.turn),
});

/** Returns the send as SCHEDULED for its time, or as SENDING if it has none or the time has passed. */
export function start(send: SendRecord): SendRecord {
  const { scheduled_send_time } = send;
  if (scheduled_send_time !== null && scheduled_send_time > Clock.now()) return { ...send, send_status: "SCHEDULED" };
  return markSending({ ...send, scheduled_send_time: Clock.now() });
}

/** Returns a send that has not started as a draft. */
export const reopen = (send: SendRecord): SendRecord => ({
  ...send,
  ...{ send_status: "DRAFT", scheduled_send_time: null, scheduled_by: null },
  ...{ template_revision: null, template_revision_id: null, filter_revisions: {}, is_tracked: null },
});

export const buildEndFields = (): Pick<SendRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: null,
});
