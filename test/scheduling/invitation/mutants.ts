import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "invitations: what is older follows what is newer",
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
    name: "invitations: what was told is told again",
    at: "invitation.rules#listMails",
    change: edit('last.state === "sent"', "last.sequence < 0"),
    tests: "test/scheduling/invitation/invitation.test.ts",
  },
  {
    name: "invitations: a person who refuses mails gets them",
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
    name: "invitations: a token answers for whomever it names",
    at: "invitation/token#withLink",
    change: edit("!isGood || ", ""),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "invitations: an answer is to another time than was shown",
    at: "invitation/answer#answer",
    change: edit("isCalledOff(activity) || computeDigest(activity) !== shownDigest", "isCalledOff(activity)"),
    tests: "test/scheduling/invitation/answer.test.ts",
  },
  {
    name: "invitations: a reply to an earlier message answers the last",
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
