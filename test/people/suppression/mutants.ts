import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: a recipient who replied STOP gets messages",
    at: "suppression/reasons.rules#deliveryReasons",
    change: edit('"STOP", ', ""),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "opting out: automatic mails ignore the suppression list",
    at: "suppression/transactional-mail#isAddressRefused",
    change: returns("Promise.resolve(false)"),
    tests: "test/people/suppression/transactional-mail.test.ts",
  },
  {
    name: "opting out: a quote is mailed to a suppressed address",
    at: "suppression/transactional-mail#sendMail",
    change: never("await isAddressRefused"),
    tests: "test/people/suppression/transactional-mail.test.ts",
  },
  {
    name: "opting out: a refusal by another person with the same address is ignored",
    at: "suppression/address-refused#isRefused",
    change: returns("Promise.resolve(false)"),
    tests: "test/messaging/message/outbound-mail.test.ts",
  },
  {
    name: "opting out: START lifts refusals made by the persons themselves",
    at: "suppression/suppression.listener#buildAnswers",
    change: never("LIST_SOURCE_PREFIX"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: a restored person suppresses an address now held by another person",
    at: "suppression/suppression.listener#onPerson",
    change: never("normalized === null"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: a differently spelled address counts as another address",
    at: "suppression/address#resolveAddress",
    change: edit("point.normalized]", "address]"),
    tests: "test/people/suppression/suppression.test.ts",
  },
  {
    name: "opting out: the refusals of a deleted person are lost",
    at: "suppression/suppression.listener#addPersonEntries",
    change: never("hasOwnRefusal"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: consent that needs a confirmation counts at once",
    at: "person/consent#addConsent",
    change: edit('isPending ? "NOT_ASKED"', 'false ? "NOT_ASKED"'),
    tests: "test/people/suppression/subscription-types.test.ts",
  },
  {
    name: "opting out: each repeat of a form sends a mail",
    at: "suppression/double-opt-in#claimMail",
    change: edit("mailed_at <= :latest", "mailed_at > :latest OR mailed_at <= :latest"),
    tests: "test/people/suppression/subscription-types.test.ts",
  },
  {
    name: "opting out: one click on the link of a confirmation opts out",
    at: "suppression/preferences-page#unsubscribe",
    change: edit("if (confirms === null) await", "await"),
    tests: "test/people/suppression/subscription-types.test.ts",
  },
  {
    name: "opting out: the one-click opt-out does nothing",
    at: "suppression/preferences-page#applyChoice",
    change: never('act === "out"'),
    tests: "test/messaging/message/outbound-mail.test.ts -t unsubscribe",
  },
  {
    name: "suppressions: an address has the same hash in every tenant",
    at: "suppression/address#resolveAddress",
    change: edit(
      'await Vault.computeMac("suppression", JSON.stringify([channel, point.normalized]))',
      "`${channel}${point.normalized}`",
    ),
    tests: "test/people/suppression/suppression.test.ts",
  },
];
