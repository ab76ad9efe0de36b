import { constant, edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "activities: an activity is completed without the duration its type requires",
    at: "activity/activity#resolveDuration",
    change: never("type?.requires_duration"),
    tests: "test/sales/lead/history.test.ts",
  },
  {
    name: "activities: activities without a person share one partition of the person index",
    at: "activity.entity#Activities.indexes.by_date",
    change: constant('sortedIndexBy((activity) => activity.happens_at, "personal_key_id")'),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: a person timeline shows activities about records that are not visible",
    at: "subject-activities#filterPersonActivities",
    change: edit(" || visibleActivities.has(activity)", ' || activity.related_to_type !== "lead"'),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: any user can read any activity by its id",
    at: "activity/activity#requireVisible",
    change: edit("if (await isSubjectVisible(activity)) return activity", "if (activity.id) return activity"),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: an agenda shows activities about records that are not visible",
    at: "agenda#readAfter",
    change: edit("await filterVisible(waiting.map(({ activity }) => activity))", "waiting.map(({ activity }) => activity)"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: a calendar shows activities about records that are not visible",
    at: "agenda#listEntries",
    change: edit("await filterVisible(all)", "all"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "recurrence: UNTIL is compared with local time instead of the instant",
    at: "series.rules#iterateSeries",
    change: edit(
      "rule.until !== null && toInstant(series.timezone, local) > rule.until",
      "rule.until !== null && `${local}.000Z` > rule.until",
    ),
    tests: "test/people/activity/recurrence.test.ts",
  },
  {
    name: "recurrence: a series change overwrites fields of an occurrence edited by hand",
    at: "activity/series#buildOccurrenceFields",
    change: edit("before.own_fields.includes(field)", "field === undefined"),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "recurrence: occurrences after a split do not move to the new series",
    at: "series.listener#syncOccurrence",
    change: edit("cut?.to ? moving.get(cut.to) : series", "series"),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "recurrence: a completed occurrence is synced with the rest of its series",
    at: "series.listener#syncOccurrence",
    change: edit("activity.is_completed ? undefined :", ""),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "invitations: an acceptance survives a change of the time",
    at: "external-participants.rules#resetMovedAnswers",
    change: edit("if (!isMoved)", "if (!isMoved || before)"),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "calendar feeds: any secret opens the calendar of a user with a feed",
    at: "activity/calendar-feed#read",
    change: edit("feed?.hash !== hashFeedSecret(user, secret)", "!feed"),
    tests: "test/people/activity/calendar-feed.test.ts",
  },
  {
    name: "activities: two concurrent writes make two activities block each other",
    at: "activity/activity#requireValidBlocker",
    change: edit("tx?.requireUnchanged(above);", ""),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: changed reminders fire again for times already past",
    at: "activity/activity#deriveFields",
    change: edit("isRemindedAlike ? before.reminders_from : now", "before?.reminders_from ?? new Date(0).toISOString()"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: repointing moves an activity that is now about another record",
    at: "activity#repoint",
    change: edit(
      "if (activity?.related_to_type !== from.type || activity.related_to_id !== from.id) continue;",
      "if (!activity) continue;",
    ),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "shared records: older activities are assumed to have participant index items",
    at: "activity.entity#Activities",
    change: edit("// They have no extra index items for participants.\n    (stored) => stored,", ""),
    tests: "test/invariants/visibility/previous-release.test.ts",
  },
  {
    name: "meeting slots: an all-day entry blocks its whole day",
    at: "activity/agenda#listTimedEntries",
    change: edit("!all_day", "true"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
  {
    name: "meeting slots: free time that fits only an unaligned start offers no slot",
    at: "activity/meeting-slots.rules#iterateSlots",
    change: edit("even + length <= ends ? even : begins", "even"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
  {
    name: "reminders: a repeated event sends another text message",
    at: "reminder-text-log#claim",
    change: edit("OR #state = :failed", "OR #state = :failed OR #state <> :failed"),
    tests: "test/people/activity/reminder-text.test.ts",
  },
  {
    name: "reminders: a number gets any number of text messages",
    at: "activity/reminder-text#sendText",
    change: edit("[`reminders of ${useTenant()} to ${number}`, MAX_TEXTS_PER_HOUR.number],", ""),
    tests: "test/people/activity/reminder-text.test.ts",
  },
  {
    name: "reminders: a text message that fails for good is lost",
    at: "activity/reminder-text#remindByText",
    change: edit("if (problem) await", "if (!problem) await"),
    tests: "test/people/activity/reminder-text.test.ts",
  },
  {
    name: "reminders: a suspended user is notified of a text message that was not sent",
    at: "activity/reminder-text#remindByText",
    change: edit("if (!user || !(await isVisibleTo(user, Activities, activity))) return;", "if (!user) return;"),
    tests: "test/people/activity/reminder-text.test.ts",
  },
];
