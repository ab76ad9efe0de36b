import { edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sends: a mailbox that was claimed gets another mail",
    at: "engagement/email-send/mailing#writeMessage",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "sends: a person is written to at each address that they have meanwhile",
    at: "engagement/email-send/mailing#writeMessage",
    change: edit("[mailing.computeMac(to_address), person_id]", "[mailing.computeMac(to_address)]"),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "sends: what was called off goes out",
    at: "email-send/send-gate#isStillDue",
    change: returns("true"),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "sends: one begins whenever it is due, wherever its clock stands",
    at: "engagement/email-send/worker#onStart",
    change: edit(
      'Clocks.runDue(EmailSends, id, "start", due_at, EmailSend.markSending)',
      "Records.change(EmailSends, id, EmailSend.markSending).then(() => undefined)",
    ),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "sends: a repeated page forgets the recipients that it has written to",
    at: "email-send.rules#classifyClaim",
    change: returns('"passed"'),
    tests: "test/engagement/email-send/rules.test.ts",
  },
];
