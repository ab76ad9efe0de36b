import { machineOf, step } from "./play.ts";

/** Asks, and tells the answer. */
export const asking = machineOf({
  Ask: step("ask", { waits: true, TimeoutSeconds: 86_400, Output: "{% $states.result %}", Next: "Tell" }),
  Tell: step("tell", { input: "{% $states.input %}", End: true }),
});
