import { domain } from "../../kernel/domain.ts";
import { SECOND_FACTOR } from "./second-factor.kind.ts";

export const secondFactor = domain({
  name: "second_factor",
  kinds: [SECOND_FACTOR],
});
