import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { ActivityRecord } from "./activity.entity.ts";
import { BOOKING_ACTOR_PREFIX, isReminded, resolveStart } from "./activity.rules.ts";
import { findOrganizer, listExternalParticipants } from "./external-participants.rules.ts";
import { SERIES_ACTOR } from "./series.entity.ts";

/** Notifications about activities. */

export const assigned: NotificationType<ActivityRecord> = {
  recipientField: "assigned_to_id",
  // A series notifies once, for its first occurrence. The system creates the others. What is completed leaves nothing to do.
  recipient: ({ updated_by, assigned_to_id, status }) =>
    updated_by === `system:${SERIES_ACTOR}` || updated_by.startsWith(BOOKING_ACTOR_PREFIX) || status === "COMPLETED"
      ? null
      : assigned_to_id,
  title: ({ subject }) => `Assigned to you: ${subject}`,
  body: ({ activity_number }) => activity_number,
};

/** Notifies the organizer of the latest answer of a participant who was invited by mail. */
export const answered: NotificationType<ActivityRecord> = {
  recipient: (activity) => (findLastAnswer(activity) ? findOrganizer(activity) : null),
  title: (activity) => `${answerTitles[findLastAnswer(activity)?.response_status ?? "NO_RESPONSE"]}: ${activity.subject}`,
  body: (activity) => [activity.activity_number, findLastAnswer(activity)?.response_comment].filter(Boolean).join("\n"),
};

const answerTitles = {
  NO_RESPONSE: "Answer withdrawn",
  ACCEPTED: "Accepted",
  TENTATIVE: "Tentatively accepted",
  DECLINED: "Declined",
};

const findLastAnswer = (activity: ActivityRecord) =>
  listExternalParticipants(activity)
    .filter(({ responded_at }) => responded_at)
    .sort((externalParticipant, otherParticipant) =>
      String(otherParticipant.responded_at).localeCompare(String(externalParticipant.responded_at)),
    )[0];

export const reminder: NotificationType<ActivityRecord> = {
  recipient: ({ reminded_at, assigned_to_id }) => (reminded_at ? assigned_to_id : null),
  // Each reminder contains its channel. Text messages are sent by reminder-text.ts.
  channels: (activity) => ({ in_app: isReminded(activity, "APP"), email: isReminded(activity, "EMAIL") }),
  includesActor: true,
  title: ({ subject }) => `Reminder: ${subject}`,
  body: (activity) => {
    const start = resolveStart(activity);
    return (
      start &&
      `${activity.activity_number}, ${activity.start_datetime ? "begins" : "due"} ${start.slice(0, 16).replace("T", " ")} UTC`
    );
  },
};

/** Why a reminder appears in the app instead of being sent by SMS. */
export const textProblems = {
  noSender: "No text message was sent: this system has no SMS sender.",
  noNumber: "No text message was sent: you have no valid telephone number. An administrator can set your phone_number.",
  limited: "No text message was sent: the limit of text messages in an hour is reached.",
  failed: "The text message could not be sent.",
  unknown: "The text message may not have been sent: its sending was interrupted.",
};

export type TextProblem = keyof typeof textProblems;
