import { edit, type Mutant, property, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: the values of the record override those of the addressed person",
    at: "message/message#buildContent",
    change: edit("...record, ...reader, ...merge", "...reader, ...record, ...merge"),
    tests: "test/messaging/message/outbound-mail.test.ts",
  },
  {
    name: "daily figures: messages are counted by UTC days",
    at: "message/daily-figures.rules#computeDays",
    change: edit("instantToDay(zone, instant)", 'instantToDay(zone && "UTC", instant)'),
    tests: "test/sales/figures/daily-figures.test.ts",
  },
  {
    name: "daily figures: a time zone change of the tenant moves the days of its past messages",
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
    name: "inbound routing: a mail that fails authentication joins a conversation",
    at: "message/incoming-mail#findSkipReason",
    change: edit('dmarc === "fail"', "false"),
    tests: "test/messaging/message/inbound-routing.test.ts",
  },
  {
    name: "template tests: a test message counts toward the send limits",
    at: "message/send-policy.rules#unlimitedPurposes",
    change: edit(', "test"', ""),
    tests: "test/messaging/message/template-test.test.ts",
  },
  {
    name: "messages: a message that was queued before a restriction is sent",
    at: "message/send-policy#authorizeSending",
    change: edit("asksProcessing(purpose) && ", "false && "),
    tests: "test/invariants/registry/processing.test.ts",
  },
  {
    name: "messages: respecting the quiet hours of one time zone is enough to send",
    at: "message/quiet-hours.rules#nextAllowedTime",
    change: edit("ends.every(", "ends.some("),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: overnight quiet hours end at midnight",
    at: "message/quiet-hours.rules#findQuietEnd",
    change: edit("time >= from || time < to", "time >= from"),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: a missing opt-in counts as consent",
    at: "message/send-policy.rules#decideSending",
    change: edit("is_opt_in_required && ", "false && "),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "messages: the STOP keyword does not opt the sender out",
    at: "message/incoming-text#applyKeyword",
    change: edit('keyword === "stop"', 'keyword === "help"'),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: a duplicate inbound text is received again",
    at: "message/incoming-text#receiveText",
    change: edit('"MESSAGEREF", provider, provider_id', '"MESSAGEREF", provider, String(Math.random())'),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: the marketing frequency cap per person is not applied",
    at: "message/send-policy#reserveFrequencySlot",
    change: edit("recentEntries.at(-cap.messages)", "recentEntries.at(-1000)"),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "messages: the daily limit of a sender is not applied",
    at: "message/send-policy#reserveDailySlot",
    change: edit('ConditionExpression: "attribute_not_exists(sent) OR sent < :most",', ""),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
  {
    name: "re-engagement: a sequence message is sent without checking the send gate",
    at: "message/send-gate#passesSendGate",
    change: returns("true"),
    tests: "test/engagement/reengagement/sequence.test.ts",
  },
  {
    name: "opens: message results do not count opens",
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
    name: "opting out: the refusal of a person blocks only marketing messages",
    at: "message/send-policy.rules#decideSending",
    change: edit('consent === "REFUSED")', 'isMarketing && consent === "REFUSED")'),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
  {
    name: "opting out: START lifts every suppression",
    at: "message/incoming-text#applyKeyword",
    change: edit('reasons: ["STOP"], by', 'reasons: ["STOP", "UNSUBSCRIBED", "BY_HAND", "BOUNCED"], by'),
    tests: "test/messaging/message/inbound-sms.test.ts",
  },
];
