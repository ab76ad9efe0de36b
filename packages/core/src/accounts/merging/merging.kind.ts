import { kind } from "../../kernel/id.ts";

export const RECORD_MERGE = kind("record_merge", "rmg", { load: () => import("./merging.entity.ts") });
