import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { RunRecord } from "./report-run.entity.ts";
import type { ScheduleRecord } from "./report-schedule.entity.ts";

/** What users are told of reports that are sent on a schedule. */

/** The file of a delivery exists: its recipient gets a mail with a link to the report, whose page needs a sign-in. */
export const delivered: NotificationType<RunRecord> = {
  recipient: ({ owner_id, object_key }) => (object_key === null ? null : owner_id),
  channels: () => ({ in_app: true, email: true }),
  includesActor: true,
  page: ({ report_id, id }) => `/analytics/reports/view/${report_id}?run=${id}`,
  // A point would be taken out of the subject of the mail, because it may make a link.
  title: ({ file_name }) => `Report: ${file_name?.replace(/\.\w+$/, "")}`,
  body: () => "The file has the records that you can see. It can be downloaded for seven days.",
};

/** A recipient did not get the report: the owner of the schedule is told. */
export const recipientSkipped: NotificationType<ScheduleRecord> = {
  recipient: ({ skipped, owner_id }) => (skipped.length > 0 && isId(owner_id, USER) ? owner_id : null),
  includesActor: true,
  page: ({ report_id }) => `/analytics/reports/view/${report_id}`,
  title: ({ skipped }) => `A scheduled report was not sent to ${skipped.length === 1 ? "one user" : `${skipped.length} users`}`,
  body: ({ skipped }) => [...new Set(skipped.map(({ reason }) => reason))].join("\n"),
};
