import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "inbound mail: simultaneous copies of one mail are processed twice",
    at: "inbound-mail/receive#saveMail",
    change: edit("attribute_not_exists(pk) OR #ttl < :now", "attribute_not_exists(pk) OR attribute_exists(pk) OR #ttl < :now"),
    tests: "test/messaging/inbound-mail/inbound-mail.test.ts",
  },
  {
    name: "inbound mail: an id used by another sender blocks a mail",
    at: "inbound-mail/receive#idempotencyKey",
    change: edit('from?.email ?? ""', '""'),
    tests: "test/messaging/inbound-mail/inbound-mail.test.ts",
  },
  {
    name: "inbound mail: a mail loop is processed",
    at: "inbound-mail/receive#findSetAsideReason",
    change: edit('kind === "loop"', "false"),
    tests: "test/messaging/inbound-mail/inbound-mail.test.ts",
  },
  {
    name: "inbound mail: a forged thread token is accepted",
    at: "inbound-mail/thread.rules#verifyToken",
    change: edit("isSameSecret(computeSignature(key, tenant, id), signature)", "id === id"),
    tests: "test/messaging/inbound-mail/thread.test.ts",
  },
  {
    name: "inbound mail: a thread token is valid for every tenant",
    at: "inbound-mail/thread.rules#computeSignature",
    change: edit("computeMac(key, tenant, id)", "computeMac(key, id)"),
    tests: "test/messaging/inbound-mail/thread.test.ts",
  },
  {
    name: "inbound mail: a delivery report that a person forwards is a bounce",
    at: "inbound-mail/mail-kind.rules#hasDeliveryReport",
    change: edit(" && !FORWARD_SUBJECT_PATTERN.test(subject)", ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: subject words alone mark a mail as an auto-reply",
    at: "inbound-mail/mail-kind.rules#detectAutoReply",
    change: edit("isUnasked && ABSENCE_SUBJECT_PATTERN", "ABSENCE_SUBJECT_PATTERN"),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: a mail with exactly the maximum number of hops counts as a loop",
    at: "inbound-mail/mail-kind.rules#detectLoop",
    change: edit("> MAX_HOPS", ">= MAX_HOPS"),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: an authentication header set by the sender is trusted",
    at: "inbound-mail/mail-kind.rules#readDmarc",
    change: never(1),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: an attachment name may start with a dot and hide the file",
    at: "inbound-mail/attachments.rules#sanitizeFileName",
    change: edit('.replace(/^[.\\s]+/, "")', ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: quoted lines count as new text",
    at: "inbound-mail/reply-text.rules#stripQuotes",
    change: edit('if (lines[index]?.startsWith(">")) continue;', ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: a reply that consists only of a quote becomes empty",
    at: "inbound-mail/reply-text.rules#extractReply",
    change: edit("|| joinLines(stripQuoteMarks(lines)) || text.trim()", ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: an undeclared charset is decoded as Western",
    at: "inbound-mail/charset.rules#decodeByDetection",
    change: edit("?? decodeByGuess(bytes)", ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
];
