import { edit, type Mutant, never, replaceCall, returns, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "references: the ticket of an interaction accepts any text",
    at: "interaction.entity#fields.ticket_id",
    change: edit("reference(TICKET, { wasText: true })", "reference()"),
    tests: "test/storage/reference",
  },
  {
    name: "references: a user who sees a ticket does not see its interactions",
    at: "interaction.entity#Interactions.subject",
    change: edit(", ticket_id: TICKET", ""),
    tests: "test/storage/reference",
  },
  {
    name: "interactions: an interaction of a contact gets no customer",
    at: "interaction/customer-inference#inferCustomer",
    change: returns("null"),
    tests: "test/accounts/customer/people.test.ts",
  },
  {
    name: "interactions: a customer that the writer may not see is inferred",
    at: "interaction/customer-inference#inferCustomer",
    change: replaceCall("Records.isVisible", "true"),
    tests: "test/accounts/customer/people.test.ts",
  },
  {
    name: "interactions: the date of an interaction can be changed",
    at: "interaction/interaction#editInteraction",
    change: never("interaction_date"),
    tests: "test/people/interaction",
  },
  {
    name: "figures: a user gets the number of interactions of no user, about records that they do not see",
    at: "figure/responsible-owners#selectResponsibleOwners",
    change: returns("owners"),
    tests: "test/analytics/figure/work.test.ts",
  },
  {
    name: "figures: private activities are counted",
    at: "activity/completed-counters.rules#buildCompletedSums",
    change: edit("is_private || ", ""),
    tests: "test/people/activity/completed-counters.test.ts",
  },
  {
    name: "scores: an explanation counts interactions that the caller cannot see",
    at: "interaction/daily-counts#canSeeAll",
    change: returns("true"),
    tests: "test/invariants/visibility/figures.test.ts",
  },
  {
    name: "scores: interaction rows lack the day by which they are counted",
    at: "interaction.entity#Interactions.row",
    change: without("interaction_day"),
    tests: "test/sales/scoring/score-over-time.test.ts -t own",
  },
  {
    name: "scores: an interaction is counted under the day of the wrong time zone",
    at: "interaction.entity#Interactions.extraCounters",
    change: replaceCall("personDayKey", "personDayKey(interaction.personal_key_id, interaction.interaction_date.slice(0, 10))"),
    tests: "test/sales/scoring/score-over-time.test.ts -t Auckland",
  },
];
