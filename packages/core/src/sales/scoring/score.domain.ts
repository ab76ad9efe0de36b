import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";

export const SCORE = kind("score", "scr", { derived: true, load: () => import("./score.entity.ts") });

export const score = domain({
  name: "score",
  kinds: [SCORE],
});
