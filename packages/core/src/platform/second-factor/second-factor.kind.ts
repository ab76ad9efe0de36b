import { kind } from "../../kernel/id.ts";

export const SECOND_FACTOR = kind("second_factor", "sfa", { load: () => import("./second-factor.entity.ts") });
