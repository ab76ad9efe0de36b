import { always, constant, drop, edit, type Mutant, returns, without } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sort keys: a space joins the words of a text and breaks the sort order",
    at: "kernel/text#textSortKey",
    change: edit("join(WORD_SEPARATOR)", 'join(" ")'),
    tests: "test/storage/table/key.test.ts",
  },
  {
    name: "names: a lead or contact without an identifying field is accepted",
    at: "person-name#requireIdentifyingField",
    change: always("buildDisplayName"),
    tests: "test/sales/lead/names.test.ts",
  },
  {
    name: "names: a user without a name is accepted",
    at: "person-name#requireName",
    change: drop("requireIdentifyingField"),
    tests: "test/platform/user/names",
  },
  {
    name: "validation: invalid references are reported only after the other errors are fixed",
    at: "kernel/fn#fn",
    change: edit("await findInvalidReferences(schema.shape, input)", "[]"),
    tests: "test/invariants/registry/complete-validation",
  },
  {
    name: "jobs: a user who continues another user's job has all of their own permissions",
    at: "kernel/context#listEffectiveActors",
    change: edit("principal ? [actor, principal] : [actor]", "[actor]"),
    tests: "test/platform/import/revert.test.ts",
  },
  {
    name: "summary: backfilled history counts on the day of its import",
    at: "kernel/day#requestDay",
    change: returns("today()"),
    tests: "test/sales/lead/history.test.ts",
  },
  {
    name: "operations: a schema error hides the errors of the input check",
    at: "kernel/fn#fn",
    change: edit("inputCheck ? await catchDetails", "!inputCheck ? await catchDetails"),
    tests: "test/platform/import/error-completeness.test.ts",
  },
  {
    name: "calendar feeds: lines are folded by characters instead of bytes",
    at: "kernel/icalendar#foldLine",
    change: edit("Buffer.byteLength(sign)", "sign.length"),
    tests: "test/people/activity/calendar-feed.test.ts",
  },
  {
    name: "activities: a local time at a clock change resolves to the wrong instant",
    at: "time-zone#localToInstant",
    change: edit("isShown ? before : after", "before"),
    tests: "test/kernel/time-zone.test.ts",
  },
  {
    name: "money: the remainder of an allocation goes to the first share",
    at: "kernel/money#allocate/next",
    change: constant("shares.slice(0, remainingUnits)"),
    tests: "test/kernel/money.test.ts",
  },
  {
    name: "money: every currency uses the default number of decimals",
    at: "kernel/amount#currencyDecimals",
    change: returns("DEFAULT_DECIMALS"),
    tests: "test/kernel/money.test.ts",
  },
  {
    name: "names: a name that no domain declares is accepted",
    at: "kernel/registry#registryName",
    change: edit("listNames(naming).includes(name)", "name.length > 0"),
    tests: "test/platform/notification/notifier.test.ts -t cannot",
  },
  {
    name: "object links: a link outlives the session that requested it",
    at: "kernel/context#capToSession",
    change: returns("seconds"),
    tests: "test/platform/upload/upload.test.ts -t ends",
  },
  {
    name: "meeting slots: hours on a clock-change day are computed with a single UTC offset",
    at: "kernel/time-zone#localToInstantRanges",
    change: edit("computeOffset(last + DAY_MS, zone)", "computeOffset(first - DAY_MS, zone)"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
  {
    name: "sla: a day with a skipped hour or date is computed with a single UTC offset",
    at: "kernel/time-zone#localToInstantRanges",
    change: edit("computeOffset(last + DAY_MS, zone)", "computeOffset(first - DAY_MS, zone)"),
    tests: "test/service/sla/working-time.test.ts",
  },
  {
    name: "outbound webhooks: an IPv4 address embedded in IPv6 counts as public",
    at: "kernel/public-address#isPublicAddress",
    change: without("allocatedRanges.check"),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
  {
    name: "outbound webhooks: one public address is enough for a host with private addresses",
    at: "kernel/outbound-http#resolveAddress",
    change: edit("all.every(", "all.some("),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
  {
    name: "outbound webhooks: the host name is resolved again after the address check",
    at: "kernel/outbound-http#sendRequest",
    change: edit("host: address", "host: parseHost(url)"),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
];
