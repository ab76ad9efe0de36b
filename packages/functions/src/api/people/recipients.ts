import { defineApiFunction } from "../../http/api-function.ts";
import { recipientPages } from "./recipient-pages.ts";
import { suppressions } from "./suppressions.ts";

/** Contact permissions: suppressions, which users manage, and pages on which recipients choose by a link. */
export const reach = defineApiFunction([...suppressions, ...recipientPages], {
  uses: ["secrets:links", "secrets:lookups", "objects:uploads:put", "objects:uploads:get"],
});
