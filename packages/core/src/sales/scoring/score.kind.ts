import { kind } from "../../kernel/id.ts";

export const SCORE = kind("score", "scr", { derived: true, load: () => import("./score.entity.ts") });
