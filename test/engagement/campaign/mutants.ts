import { drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "campaigns: each member counts in every step",
    at: "campaign-counters.rules#buildMemberSums",
    change: edit("Boolean(member[`${name}_at`])", "name !== undefined"),
    tests: "test/engagement/campaign/figures-model.test.ts",
  },
  {
    name: "campaigns: a person is added twice by two requests",
    at: "campaign/membership#addClaim",
    change: edit('"attribute_not_exists(pk)"', '"attribute_exists(pk) OR attribute_not_exists(pk)"'),
    tests: "test/engagement/campaign/members.test.ts test/engagement/campaign/fill.test.ts",
  },
  {
    name: "campaigns: a user cannot add a removed person again",
    at: "campaign/membership#add",
    change: edit("current && !restores", "current"),
    tests: "test/engagement/campaign/members.test.ts",
  },
  {
    name: "campaigns: a fill adds a restricted person",
    at: "campaign/fill-worker#addPages",
    change: edit("processable.has(person.id)", "processable.size >= 0 && person.id !== undefined"),
    tests: "test/engagement/campaign/fill.test.ts",
  },
  {
    name: "campaigns: a response counts twice if it is reported twice",
    at: "campaign/response-log#findResponseId",
    change: returns("undefined"),
    tests: "test/engagement/campaign/response-flow.test.ts",
  },
  {
    name: "campaigns: the latest instant of a step replaces the earliest",
    at: "response.rules#earlierInstant",
    change: edit("left < right ? left : right", "left < right ? right : left"),
    tests: "test/engagement/campaign/response-rules.test.ts",
  },
  {
    name: "campaigns: two merged members both stay",
    at: "member-merge#reconcile",
    change: drop("mergeInto"),
    tests: "test/engagement/campaign/member-merge.test.ts",
  },
  {
    name: "campaigns: a separated person does not get the own member back",
    at: "member-merge#reconcile",
    change: edit("await restoreSeparated(memberId, ids);", "void [memberId, restoreSeparated];"),
    tests: "test/engagement/campaign/member-merge.test.ts",
  },
  {
    name: "campaigns: an opt-out does not make memberships inactive",
    at: "campaign/member.listener#handlers.person",
    change: drop("MemberSignals.recordOptOuts"),
    tests: "test/engagement/campaign/response-flow.test.ts",
  },
  {
    name: "campaigns: a bounce is not recorded",
    at: "member-signals#recordMessage",
    change: edit("{ sent_at, bounced_at, tracked_at", "{ sent_at, bounced_at: bounced_at && null, tracked_at"),
    tests: "test/engagement/campaign/figures-model.test.ts",
  },
  {
    name: "campaigns: the total leaves out the campaigns below",
    at: "campaign/performance#get",
    change: edit("{ campaigns: [campaign, ...below], into }", "{ campaigns: [campaign, ...below.slice(0, 0)], into }"),
    tests: "test/engagement/campaign/performance.test.ts test/engagement/campaign/figures-model.test.ts",
  },
  {
    name: "campaigns: a sale with an order counts twice",
    at: "campaign-sales.rules#buildCampaignOpportunitySums",
    change: edit("const sale = ordered_at ? {} :", "const sale = ordered_at === null && !is_won ? {} :"),
    tests: "test/engagement/campaign/performance.test.ts",
  },
  {
    name: "campaigns: the mail of a merged person goes out beside that of the remaining person",
    at: "email-send/send-gate#isOnlyMessage",
    change: returns("true"),
    tests: "test/engagement/campaign/member-send-order.test.ts",
  },
  {
    name: "campaigns: a deleted person gets marketing that was written before",
    at: "message/send-policy#authorizeSending",
    change: edit("person?.deleted_at", "person?.deleted_at && person.deleted_at > now"),
    tests: "test/engagement/campaign/member-send-order.test.ts",
  },
];
