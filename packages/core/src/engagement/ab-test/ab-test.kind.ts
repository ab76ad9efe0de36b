import { kind } from "../../kernel/id.ts";

/** A/B tests of campaigns. They have no path of their own, because they are read below their campaign. */
export const AB_TEST = kind("ab_test", "abt", {
  load: () => import("./ab-test.entity.ts"),
  display: { label: "A/B test", labels: "A/B tests" },
});
