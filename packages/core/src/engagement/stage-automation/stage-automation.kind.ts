import { kind } from "../../kernel/id.ts";

/** The log of automated actions for opportunities. */
export const STAGE_ACTION = kind("stage_action", "sga", { derived: true, load: () => import("./stage-action.entity.ts") });
