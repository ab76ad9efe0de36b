import { defineApiFunction } from "../../http/api-function.ts";
import { recipientPages } from "./recipient-pages.ts";
import { suppressions } from "./suppressions.ts";

/** Who may be written to, as leaders keep it, and as whoever has an address says by a link. */
export const reach = defineApiFunction([...suppressions, ...recipientPages], {
  uses: ["objects:uploads:put", "objects:uploads:get"],
});
