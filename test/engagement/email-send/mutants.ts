import { edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "email sends: an already claimed mailbox gets another mail",
    at: "engagement/email-send/mailing#writeMessage",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "email sends: a person who changes address gets the mail at each address",
    at: "engagement/email-send/mailing#writeMessage",
    change: edit("[mailing.computeMac(to_address), person_id]", "[mailing.computeMac(to_address)]"),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "email sends: a cancelled send goes out",
    at: "email-send/send-gate#isStillDue",
    change: returns("true"),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "email sends: a send starts regardless of the state of its clock",
    at: "engagement/email-send/worker#onStart",
    change: edit(
      'Clocks.runDue(EmailSends, id, "start", due_at, EmailSend.markSending)',
      "Records.change(EmailSends, id, EmailSend.markSending).then(() => undefined)",
    ),
    tests: "test/engagement/email-send/delivery.test.ts",
  },
  {
    name: "email sends: a retried page does not recognize the claims it has already made",
    at: "email-send.rules#classifyClaim",
    change: returns('"passed"'),
    tests: "test/engagement/email-send/rules.test.ts",
  },
  {
    name: "email sends: inactive members get messages",
    at: "engagement/email-send/mailing#writeMessages",
    change: edit("if (recipient.leftOut) return recipient.leftOut;", ""),
    tests: "test/engagement/email-send/member-send.test.ts",
  },
  {
    name: "email sends: excluded segments are ignored",
    at: "engagement/email-send/excluded-segments#markExcluded",
    change: returns("recipients"),
    tests: "test/engagement/email-send/member-send.test.ts",
  },
  {
    name: "email sends: a campaign in any status sends",
    at: "campaign-status.rules#requireSending",
    change: returns("undefined"),
    tests: "test/engagement/email-send/member-send.test.ts",
  },
  {
    name: "email sends: a send goes out without the approval that the rule needs",
    at: "engagement/email-send/approval#request",
    change: returns("undefined"),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "email sends: the author approves",
    at: "engagement/email-send/approval#addRequest",
    change: edit("[send.created_by, ...send.written_by]", "[]"),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "email sends: a scheduled send is changed after its approval",
    at: "engagement/email-send/email-send#reschedule",
    change: edit("(await SendApproval.request(tx, scheduled)) ??", ""),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "email sends: an audience that has grown goes out without approval",
    at: "email-send/slice-check#prepareSlice",
    change: edit("if (!missing) return changed;", "if (changed) return changed;"),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "email sends: an approval covers the filter that was written after it",
    at: "email-send/approval#findMissing",
    change: edit("isCovered && !isFilterChanged", "isCovered"),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "email sends: members more than approved are asked for again within the level",
    at: "email-send/approval-need.rules#coversLevel",
    change: edit("if (approved === needed) return true;", ""),
    tests: "test/engagement/email-send/rules.test.ts test/engagement/email-send/approval.test.ts",
  },
];
