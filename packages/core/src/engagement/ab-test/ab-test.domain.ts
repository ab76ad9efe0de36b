import { domain } from "../../kernel/domain.ts";
import { AB_TEST } from "./ab-test.kind.ts";

/** A/B tests of the mails of campaigns. Their clock is handled by the subscriber `campaigns`. */
export const abTest = domain({
  name: "ab-test",
  kinds: [AB_TEST],
  notifications: {
    ab_test_waiting: {
      events: ["ab_test.waiting"],
      load: async () => (await import("./ab-test.notifications.ts")).waiting,
    },
  },
});
