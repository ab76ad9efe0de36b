import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "invitations: an older message is sent after a newer message",
    at: "invitation/ledger#claim",
    change: edit("attribute_not_exists(pk) OR #sequence < :sequence", "attribute_not_exists(pk) OR #sequence <> :sequence"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: two concurrent consumers send an invitation twice",
    at: "invitation/ledger#claim",
    change: edit("#sequence < :sequence", "#sequence <= :sequence"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: an already sent message is sent again",
    at: "invitation.rules#listMails",
    change: edit('last.state === "sent"', "last.sequence < 0"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: a person who opted out of mails still receives them",
    at: "invitation/recipients#resolveRecipients",
    change: edit('isOut || Preferences.hasRefused(person, "email", "service")', "isOut"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: the hourly limit is not applied",
    at: "invitation/delivery#takeMailQuota",
    change: edit('method === "CANCEL"', "method.length > 0"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: a forged token is accepted",
    at: "invitation/token#withLink",
    change: edit("!isGood || ", ""),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "invitations: an answer is accepted for a meeting changed after it was shown",
    at: "invitation/answer#answer",
    change: edit("isCalledOff(activity) || computeDigest(activity) !== shownDigest", "isCalledOff(activity)"),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "invitations: a reply to an earlier message counts for the latest message",
    at: "invitation/answer#isCurrent",
    change: edit("(sequence ?? last.sequence) >= last.sequence && ", ""),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "invitations: an earlier reply replaces a later one",
    at: "invitation/answer#hasAnsweredSince",
    change: edit('(participant.responded_at ?? "") > instant', "participant.id === instant"),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "opting out: a person with a refused address gets mails",
    at: "invitation/recipients#resolveRecipients",
    change: never("await TransactionalMail.isAddressRefused(email)"),
    tests: "test/people/suppression/transactional-mail.test.ts",
  },
];
