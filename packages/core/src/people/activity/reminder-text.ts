import { Clock } from "../../kernel/clock.ts";
import { buildShortRecordUrl } from "../../kernel/console-url.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { sendSmsThrottled } from "../../platform/auth/throttled-send.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { errorName } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { parseSmsNumber } from "../person/contact-point-parser.ts";
import { Activities, type ActivityRecord } from "./activity.entity.ts";
import { ACTIVITY } from "./activity.kind.ts";
import { reminder as reminderNotification, type TextProblem, textProblems } from "./activity.notifications.ts";
import { isReminded, resolveStart } from "./activity.rules.ts";
import { composeReminderText, computeValidity, formatStart } from "./reminder-text.rules.ts";
import { type DueReminder, ReminderTextLog } from "./reminder-text-log.ts";

/**
 * Reminders by SMS, to the assignee's own number. The message goes out at once: the user is the recipient, so neither quiet hours nor
 * suppressions apply. A message that cannot be sent becomes a notification in the app, which says why.
 */
export const onReminded = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => remindByText(event));

async function remindByText({ record_id, actor_id }: DomainEvent): Promise<void> {
  const activity = await Records.load(Activities, record_id, { live: true });
  if (!activity?.reminded_at || !isReminded(activity, "SMS") || Notification.isPast(Date.parse(activity.reminded_at))) return;
  const user = activity.assigned_to_id;
  if (!user || !(await isVisibleTo(user, Activities, activity))) return;
  const reminder = { activity: activity.id, at: activity.reminded_at };
  const problem = await sendText(reminder, activity, user);
  if (problem) await notifyInstead(reminder, activity, { user, actor_id, problem });
}

/** As often as a function receives an event at which it fails. */
const MAX_TRIES = 3;
const MAX_TEXTS_PER_HOUR = { number: 10, tenant: 300 };

/**
 * Sends the message once and returns undefined, or returns why it is not sent. Throws if the provider fails, so that the event is delivered
 * again for the next try.
 */
async function sendText(reminder: DueReminder, activity: ActivityRecord, user: string): Promise<TextProblem | undefined> {
  const { smsSender, log } = usePorts();
  if (smsSender === undefined) return "noSender";
  const number = await findNumber(user);
  if (number === undefined) return "noNumber";
  const message = {
    id: `${reminder.activity}.${reminder.at}.sms`,
    to: number,
    text: await composeText(activity, user),
    valid_seconds: computeValidity(resolveStart(activity), Clock.now()),
  };
  const attemptNumber = await ReminderTextLog.claim(reminder, Notification.LIFETIME_SECONDS);
  if (attemptNumber === undefined) return (await ReminderTextLog.isSent(reminder)) ? undefined : "unknown";
  try {
    const isSent = await sendSmsThrottled(
      message,
      [`reminders of ${useTenant()} to ${number}`, MAX_TEXTS_PER_HOUR.number],
      [`reminders of ${useTenant()}`, MAX_TEXTS_PER_HOUR.tenant],
    );
    if (!isSent) return "limited";
  } catch (error) {
    if (attemptNumber < MAX_TRIES) {
      await ReminderTextLog.record(reminder, "failed");
      throw error;
    }
    log.write("warn", "A reminder was not sent by SMS: the provider failed", { id: message.id, error: errorName(error) });
    return "failed";
  }
  await ReminderTextLog.record(reminder, "sent");
  return undefined;
}

/** Returns the number of an active user in E.164. */
async function findNumber(id: string): Promise<string | undefined> {
  const [user] = await Directory.loadActive([id]);
  return parseSmsNumber(user?.phone_number, useSettings().default_country);
}

/** Composes the text, in the time zone of the user or else of the tenant. */
async function composeText(activity: ActivityRecord, user: string): Promise<string> {
  const zone = (await Availability.loadFor([user])).get(user)?.timezone ?? useSettings().timezone;
  return composeReminderText({
    subject: stripLinks(activity.subject),
    time: formatStart(activity, zone),
    url: buildShortRecordUrl(usePorts().origin, ACTIVITY, activity.id),
  });
}

/** Notifies the user in the app. Repeated deliveries create one notification, because its id is derived from the reminder. */
const notifyInstead = (
  { activity: id, at }: DueReminder,
  activity: ActivityRecord,
  { user, actor_id, problem }: { user: string; actor_id: string; problem: TextProblem },
): Promise<void> =>
  Notifier.deliver(
    derivedId(NOTIFICATION, Date.parse(at), `activity_reminder/${id}/${at}/sms`, user),
    {
      type: "activity_reminder",
      title: reminderNotification.title(activity),
      body: [reminderNotification.body(activity), textProblems[problem]].filter(Boolean).join("\n"),
      record_kind: ACTIVITY.name,
      record_id: id,
      actor_id,
    },
    { channels: { in_app: true, email: false } },
  );
