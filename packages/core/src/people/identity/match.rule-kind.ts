import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultWeights, Weights } from "../person/match-weights.rules.ts";

/** The rule that scores whether two persons may be the same. After a tenant publishes a version of its own, no weights are learnt. */
export const personMatch = ruleKind({
  name: "person_match",
  label: "Persons who may be the same",
  description:
    "How strongly each comparison suggests that two persons are the same, in bits. The weights are learnt from the tenant's own persons, " +
    "unless a version was written manually.",
  schema: Weights,
  defaults: [defaultWeights],
});
