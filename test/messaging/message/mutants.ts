import { edit, type Mutant, property, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: the values of the record override those of the addressed person",
    at: "message/message#buildContent",
    change: edit("...record, ...reader, ...merge", "...reader, ...record, ...merge"),
    tests: "test/messaging/message/outbound-mail.test.ts",
  },
  {
    name: "daily figures: messages are of days in UTC",
    at: "message/daily-figures.rules#computeDays",
    change: edit("instantToDay(zone, instant)", 'instantToDay(zone && "UTC", instant)'),
    tests: "test/sales/figures/daily-figures.test.ts",
  },
  {
    name: "daily figures: a tenant that moves takes the days of its messages along",
    at: "message/daily-figures.rules#computeDays",
    change: edit("storedDay?.at === instant", "false as boolean"),
    tests: "test/sales/figures/daily-figures.test.ts",
  },
  {
    name: "daily figures: a user with limited visibility sees figures of all messages",
    at: "message/stats#read",
    change: edit('(await useContext().visibleOwners()) !== "all"', "false as boolean"),
    tests: "test/sales/figures/daily-figures.test.ts",
  },
  {
    name: "inbound: a mail that fails authentication joins a conversation",
    at: "message/incoming-mail#findSkipReason",
    change: edit('dmarc === "fail"', "false"),
    tests: "test/messaging/message/inbound-routing.test.ts",
  },
  {
    name: "template tests: take a place in limits",
    at: "message/send-policy#unlimitedPurposes",
    change: edit(', "test"', ""),
    tests: "test/messaging/message/template-test.test.ts",
  },
  {
    name: "messages: a sign of two septets is parted",
    at: "message/segments.rules#countParts",
    change: edit("usedUnits + size > partSize", "usedUnits + 1 > partSize"),
    tests: "test/messaging/message/segments.test.ts",
  },
  {
    name: "messages: what looks alike is of the GSM alphabet",
    at: "message/segments.rules#countSegments",
    change: edit("GSM_BASIC_CHARACTERS.has(sign)", "GSM_BASIC_CHARACTERS.has(sign.normalize('NFD').slice(0, 1))"),
    tests: "test/messaging/message/segments.test.ts",
  },
  {
    name: "messages: quiet hours of one zone are enough",
    at: "message/quiet-hours.rules#nextAllowedTime",
    change: edit("ends.every(", "ends.some("),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: quiet hours end on the day on which they begin",
    at: "message/quiet-hours.rules#findQuietEnd",
    change: edit("addDays(day, 1)", "day"),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: silence is consent",
    at: "message/send-policy.rules#decideSending",
    change: edit("is_opt_in_required && ", "false && "),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: STOP is a word as any other",
    at: "message/incoming-text#applyKeyword",
    change: edit('keyword === "stop"', 'keyword === "help"'),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: what came in comes in again",
    at: "message/incoming-text#receiveText",
    change: edit("if (await readItem(key))", "if (!key)"),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: a person is sent as much marketing as there is",
    at: "message/send-policy#reserveFrequencySlot",
    change: edit("recentEntries.at(-cap.messages)", "recentEntries.at(-1000)"),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: a day of a sender has no end",
    at: "message/send-policy#reserveDailySlot",
    change: edit('ConditionExpression: "attribute_not_exists(sent) OR sent < :most",', ""),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "re-engagement: a message of a sequence is asked about as it goes out",
    at: "message/send-gate#passesSendGate",
    change: returns("true"),
    tests: "test/engagement/reengagement/sequence.test.ts",
  },
  {
    name: "opens: results do not count them",
    at: "message/daily-figures.rules#deriveOutcomes",
    change: property("opened", "false"),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "opting out: the suppression list is not checked",
    at: "message/send-policy#authorizeSending",
    change: replaceCall("Suppressions.readReasons", "[]"),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
  {
    name: "opting out: only marketing is refused by a person",
    at: "message/send-policy.rules#decideSending",
    change: edit('consent === "REFUSED")', 'isMarketing && consent === "REFUSED")'),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
  {
    name: "opting out: START lifts every suppression",
    at: "message/incoming-text#applyKeyword",
    change: edit('reasons: ["STOP"], by', 'reasons: ["STOP", "UNSUBSCRIBED", "BY_HAND", "BOUNCED"], by'),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
];
