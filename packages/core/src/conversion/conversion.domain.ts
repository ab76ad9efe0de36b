import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";

export const CONVERSION = kind("conversion", "cnv", { load: () => import("./conversion.entity.ts") });

export const conversion = domain({
  name: "conversion",
  kinds: [CONVERSION],
});
