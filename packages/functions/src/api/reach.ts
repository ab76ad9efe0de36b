import { serves } from "../http/function.ts";
import { reachPages } from "./reach-pages.ts";
import { suppressions } from "./suppressions.ts";

/** Who may be written to, as leaders keep it, and as whoever has an address says by a link. */
export const reach = serves([...suppressions, ...reachPages], { uses: ["objects:uploads:put", "objects:uploads:get"] });
