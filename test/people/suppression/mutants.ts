import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: who has said STOP is served",
    at: "suppression/reasons.rules#deliveryReasons",
    change: edit('"STOP", ', ""),
    tests: "test/messaging/message/rules.test.ts",
  },
  {
    name: "opting out: what the house writes by itself asks nobody",
    at: "suppression/transactional-mail#isAddressRefused",
    change: returns("Promise.resolve(false)"),
    tests: "test/people/suppression/transactional-mail.test.ts",
  },
  {
    name: "opting out: a quote goes to whatever address it is to go to",
    at: "suppression/transactional-mail#sendMail",
    change: never("await isAddressRefused"),
    tests: "test/people/suppression/transactional-mail.test.ts",
  },
  {
    name: "opting out: who has the address beside them is not asked",
    at: "suppression/address-refused#isRefused",
    change: returns("Promise.resolve(false)"),
    tests: "test/messaging/message/outbound-mail.test.ts",
  },
  {
    name: "opting out: START lifts what they refused by themselves",
    at: "suppression/suppression.listener#buildAnswers",
    change: never("LIST_SOURCE_PREFIX"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: who is restored speaks for an address that is another's by now",
    at: "suppression/suppression.listener#onPerson",
    change: never("normalized === null"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: an address is another by its spelling",
    at: "suppression/address#resolveAddress",
    change: edit("point.normalized]", "address]"),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
  {
    name: "opting out: the refusals of who is deleted go with them",
    at: "suppression/suppression.listener#onPerson",
    change: never("hasOwnRefusal"),
    tests: "test/people/suppression/person-preferences.test.ts",
  },
  {
    name: "opting out: one press does nothing",
    at: "suppression/preferences-page#applyChoice",
    change: never('act === "out"'),
    tests: "test/messaging/message/opt-out-model.test.ts",
  },
  {
    name: "suppressions: an address has the same hash with every tenant",
    at: "suppression/address#resolveAddress",
    change: edit(
      'await Vault.computeMac("suppression", JSON.stringify([channel, point.normalized]))',
      "`${channel}${point.normalized}`",
    ),
    tests: "test/people/suppression/suppression.test.ts",
  },
];
