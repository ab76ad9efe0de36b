import { constant, edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "activities: done without the duration that their type requires",
    at: "activity/activity#resolveDuration",
    change: never("type?.requires_duration"),
    tests: "test/sales/lead/history.test.ts",
  },
  {
    name: "activities: those without a person share a partition of persons",
    at: "activity.entity#Activities.indexes.by_date",
    change: constant('sortedIndexBy((activity) => activity.happens_at, "personal_key_id")'),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: a timeline shows what is about a record that is not",
    at: "subject-activities#filterPersonActivities",
    change: edit(" || visibleActivities.has(activity)", ' || activity.related_to_type !== "lead"'),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: any user reads one by its id",
    at: "activity/activity#requireVisible",
    change: edit("if (await isSubjectVisible(activity)) return activity", "if (activity.id) return activity"),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "activities: agendas show what is about a record that is not shown",
    at: "agenda#readAfter",
    change: edit("await filterVisible(waiting.map(({ activity }) => activity))", "waiting.map(({ activity }) => activity)"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: a calendar shows what is about a record that is not shown",
    at: "agenda#listEntries",
    change: edit("await filterVisible(all)", "all"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "recurrence: UNTIL is held against what clocks show",
    at: "series.rules#iterateSeries",
    change: edit(
      "rule.until !== null && toInstant(series.timezone, local) > rule.until",
      "rule.until !== null && `${local}.000Z` > rule.until",
    ),
    tests: "test/people/activity/recurrence.test.ts",
  },
  {
    name: "recurrence: a change of all overwrites what was changed by hand",
    at: "activity/series#buildOccurrenceFields",
    change: edit("before.own_fields.includes(field)", "field === undefined"),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "recurrence: what follows moves nowhere",
    at: "series.listener#syncOccurrence",
    change: edit("cut?.to ? moving.get(cut.to) : series", "series"),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "recurrence: what is done goes with the rest of its series",
    at: "series.listener#syncOccurrence",
    change: edit("activity.is_completed ? undefined :", ""),
    tests: "test/people/activity/series.test.ts",
  },
  {
    name: "invitations: an acceptance stays after the time has changed",
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
    name: "activities: two wait for each other, if they are told at once",
    at: "activity/activity#requireValidBlocker",
    change: edit("tx?.requireUnchanged(above);", ""),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: a reminder is given again for what has passed",
    at: "activity/activity#deriveFields",
    change: edit("isRemindedAlike ? before.reminders_from : now", "before?.reminders_from ?? new Date(0).toISOString()"),
    tests: "test/people/activity/activity.test.ts",
  },
  {
    name: "activities: one that is about something else by now moves",
    at: "activity#repoint",
    change: edit(
      "if (activity?.related_to_type !== from.type || activity.related_to_id !== from.id) continue;",
      "if (!activity) continue;",
    ),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "shared: what was stored before is taken for what has its entries",
    at: "activity.entity#Activities",
    change: edit("// They have no extra index items for participants.\n    (stored) => stored,", ""),
    tests: "test/invariants/visibility/previous-release.test.ts",
  },
  {
    name: "slots: what is due on a day takes the day",
    at: "activity/agenda#listTimedEntries",
    change: edit("!all_day", "true"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
  {
    name: "slots: free time without a whole half hour is no time",
    at: "activity/meeting-slots.rules#iterateSlots",
    change: edit("even + length <= ends ? even : begins", "even"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
];
