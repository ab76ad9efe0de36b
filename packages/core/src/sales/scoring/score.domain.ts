import { domain } from "../../kernel/domain.ts";
import { SCORE } from "./score.kind.ts";

export const score = domain({
  name: "score",
  kinds: [SCORE],
});
