import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { defaultWeights, Weights } from "../person/match-weights.rules.ts";

/** By what it is decided whether two persons may be one. A version that was not learnt stays: no other is learnt after it. */
export const personMatch = ruleKind({
  name: "person_match",
  label: "Persons who may be one",
  description:
    "What agreement of two persons speaks for one, in bits, by what is compared. It is learnt from the tenant's own persons as they grow, " +
    "unless a version was written by hand.",
  schema: Weights,
  defaults: [defaultWeights],
});
