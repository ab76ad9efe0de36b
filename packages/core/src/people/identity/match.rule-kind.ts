import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultWeights, Weights } from "../person/match-weights.rules.ts";

/** The rule that scores whether two persons may be the same. After a tenant publishes a version of its own, no weights are learnt. */
export const personMatch = ruleKind({
  name: "person_match",
  label: "Persons who may be one",
  description:
    "What agreement of two persons speaks for one, in bits, by what is compared. It is learnt from the tenant's own persons as they grow, " +
    "unless a version was written by hand.",
  schema: Weights,
  defaults: [defaultWeights],
});
