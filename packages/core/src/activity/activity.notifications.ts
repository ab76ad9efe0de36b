import type { NotificationType } from "../notification/type.ts";
import type { ActivityRecord } from "./activity.entity.ts";
import { remindersOf, standsAt } from "./activity.rules.ts";
import { KEEPER } from "./series.entity.ts";

/** What users are told of activities. */

export const assigned: NotificationType<ActivityRecord> = {
  chosenBy: "assigned_to_id",
  // Of a series its first occurrence tells: the others are made by the system.
  recipient: (activity) => (activity.updated_by === `system:${KEEPER}` ? null : activity.assigned_to_id),
  title: ({ subject }) => `Assigned to you: ${subject}`,
  body: ({ activity_number }) => activity_number,
};

export const reminder: NotificationType<ActivityRecord> = {
  recipient: ({ reminded_at, assigned_to_id }) => (reminded_at ? assigned_to_id : null),
  // Who made the reminder said how it is to come.
  channels: (activity) => {
    const given = remindersOf(activity).filter(({ at }) => at === activity.reminded_at);
    return { in_app: given.some(({ by }) => by === "APP"), email: given.some(({ by }) => by === "EMAIL") };
  },
  tellsActor: true,
  title: ({ subject }) => `Reminder: ${subject}`,
  body: (activity) => {
    const at = standsAt(activity);
    return (
      at && `${activity.activity_number}, ${activity.start_datetime ? "begins" : "due"} ${at.slice(0, 16).replace("T", " ")} UTC`
    );
  },
};
