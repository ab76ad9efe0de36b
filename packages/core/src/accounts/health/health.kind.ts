import { kind } from "../../kernel/id.ts";

export const HEALTH = kind("health_score", "hlt", { derived: true, load: () => import("./health.entity.ts") });
