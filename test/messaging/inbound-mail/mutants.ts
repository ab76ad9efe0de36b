import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "inbound mail: the same at the same moment has two effects",
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
    name: "inbound mail: a token is good for every tenant",
    at: "inbound-mail/thread.rules#computeSignature",
    change: edit("computeMac(key, tenant, id)", "computeMac(key, id)"),
    tests: "test/messaging/inbound-mail/thread.test.ts",
  },
  {
    name: "inbound mail: words alone make an auto-reply",
    at: "inbound-mail/mail-kind.rules#detectAutoReply",
    change: edit("isUnasked && ABSENCE_SUBJECT_PATTERN", "ABSENCE_SUBJECT_PATTERN"),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: as many servers as may be are a loop",
    at: "inbound-mail/mail-kind.rules#detectLoop",
    change: edit("> MAX_HOPS", ">= MAX_HOPS"),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: an authentication header of the sender is trusted",
    at: "inbound-mail/mail-kind.rules#readDmarc",
    change: never(1),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: a file is hidden by its name",
    at: "inbound-mail/attachments.rules#sanitizeFileName",
    change: edit('.replace(/^[.\\s]+/, "")', ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: what is quoted is new",
    at: "inbound-mail/reply-text.rules#stripQuotes",
    change: edit('if (lines[index]?.startsWith(">")) continue;', ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: an answer of nothing but a quote is empty",
    at: "inbound-mail/reply-text.rules#extractReply",
    change: edit("|| joinLines(stripQuoteMarks(lines)) || text.trim()", ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
  {
    name: "inbound mail: a charset that is not said is Western",
    at: "inbound-mail/charset.rules#decodeByDetection",
    change: edit("?? decodeByGuess(bytes)", ""),
    tests: "test/messaging/inbound-mail/mail-parsing.test.ts",
  },
];
