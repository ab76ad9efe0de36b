import { always, constant, drop, edit, type Mutant, returns, without } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "rows: words are parted by what comes before the end of a key",
    at: "kernel/text#textSortKey",
    change: edit("join(WORD_SEPARATOR)", 'join(" ")'),
    tests: "test/storage/table/key.test.ts",
  },
  {
    name: "names: a lead or contact needs none",
    at: "person-name#requireIdentifyingField",
    change: always("buildDisplayName"),
    tests: "test/sales/lead/names.test.ts",
  },
  {
    name: "names: a user needs none",
    at: "person-name#requireName",
    change: drop("requireIdentifyingField"),
    tests: "test/platform/user/names",
  },
  {
    name: "refusals: what an input names is told in another round",
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
    name: "summary: history counts on the day on which it comes in",
    at: "kernel/day#requestDay",
    change: returns("today()"),
    tests: "test/sales/lead/history.test.ts",
  },
  {
    name: "verbs: what an input's schema refuses hides what else is wrong",
    at: "kernel/fn#fn",
    change: edit("inputCheck ? await catchDetails", "!inputCheck ? await catchDetails"),
    tests: "test/platform/import/error-completeness.test.ts",
  },
  {
    name: "calendar feeds: lines are folded by signs and not by bytes",
    at: "kernel/icalendar#foldLine",
    change: edit("Buffer.byteLength(sign)", "sign.length"),
    tests: "test/people/activity/calendar-feed.test.ts",
  },
  {
    name: "activities: what a zone shows twice is the second time",
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
    name: "money: every currency has cents",
    at: "kernel/amount#currencyDecimals",
    change: returns("DEFAULT_DECIMALS"),
    tests: "test/kernel/money.test.ts",
  },
  {
    name: "names: what no domain names is taken",
    at: "kernel/registry#registryName",
    change: edit("listNames(naming).includes(name)", "name.length > 0"),
    tests: "test/platform/notification/notifier.test.ts -t cannot",
  },
  {
    name: "objects: a link outlives the key by which it was asked for",
    at: "kernel/context#capToSession",
    change: returns("seconds"),
    tests: "test/platform/upload/upload.test.ts -t ends",
  },
  {
    name: "slots: hours of a day on which clocks are moved are counted by one offset",
    at: "kernel/time-zone#localToInstantRanges",
    change: edit("computeOffset(last + DAY_MS, zone)", "computeOffset(first - DAY_MS, zone)"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
  {
    name: "sla: a country that skips a day, or an hour, is counted by one offset",
    at: "kernel/time-zone#localToInstantRanges",
    change: edit("computeOffset(last + DAY_MS, zone)", "computeOffset(first - DAY_MS, zone)"),
    tests: "test/service/sla/working-time.test.ts",
  },
  {
    name: "webhooks out: an address of IPv4 within one of IPv6 is public",
    at: "kernel/public-address#isPublicAddress",
    change: without("allocatedRanges.check"),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
  {
    name: "webhooks out: one good address of a name is enough",
    at: "kernel/outbound-http#resolveAddress",
    change: edit("all.every(", "all.some("),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
  {
    name: "webhooks out: the name is looked up once more",
    at: "kernel/outbound-http#sendRequest",
    change: edit("host: address", "host: parseHost(url)"),
    tests: "test/messaging/outbound-webhook/public-address.test.ts",
  },
];
