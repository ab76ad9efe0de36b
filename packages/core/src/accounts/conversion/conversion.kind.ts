import { kind } from "../../kernel/id.ts";

export const CONVERSION = kind("conversion", "cnv", { load: () => import("./conversion.entity.ts") });
