import { lookAfter as lookAfterConversion } from "@crm/core/conversion/move.ts";
import { CustomField } from "@crm/core/custom-field/custom-field.ts";
import { lookAfter as lookAfterExport } from "@crm/core/jobs/export/work.ts";
import { lookAfter } from "@crm/core/jobs/import/work.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { usePorts } from "@crm/core/kernel/context.ts";
import { Absence } from "@crm/core/lead/absence.ts";
import { Scoring } from "@crm/core/lead/scoring.ts";
import { Waiting } from "@crm/core/lead/waiting.ts";
import { Notification } from "@crm/core/notification/notification.ts";
import { Rule } from "@crm/core/rule/rule.ts";
import { SearchPath } from "@crm/core/search-path/search-path.ts";
import { sweep } from "@crm/core/storage/jobs/due.ts";
import { Upload } from "@crm/core/upload/upload.ts";

/** Seconds of one sweep for work that goes on by itself: the rest of what is due must not wait for it. */
const LONGEST = 60;
const AT_ONCE = 20;

export const run = (): Promise<void> => {
  const until = Clock.ms() + LONGEST * 1000;
  /** What is left undone stays due, and is found by the next sweep. */
  const some = async (work: (seconds: number) => Promise<void>): Promise<void> => {
    const left = (until - Clock.ms()) / 1000;
    if (left > 0) await work(Math.min(left, AT_ONCE));
  };
  /** What is done when a record of a kind is due; each does nothing when it was done, or is not due, any more. */
  return sweep(usePorts(), {
    lead: (id) => Scoring.attend(id),
    lead_wait: (id) => some(() => Waiting.askAgain(id)),
    availability: (id) => some((seconds) => Absence.proceed(id, seconds)),
    import: (id) => lookAfter(id),
    export: (id) => lookAfterExport(id),
    conversion: (id) => lookAfterConversion(id),
    upload: (id) => Upload.expire({ id }),
    notification: (id) => some(() => Notification.expire(id)),
    custom_field: (id) => some((seconds) => CustomField.proceed(id, seconds)),
    rule_set: (id) => some((seconds) => Rule.proceed(id, seconds)),
    search_path: (id) => some((seconds) => SearchPath.proceed(id, seconds)),
  });
};
