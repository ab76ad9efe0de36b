import { buildMachine, taskState } from "./machine-simulator.ts";

/** Asks, and tells the answer. */
export const askMachine = buildMachine({
  Ask: taskState("ask", { waits: true, TimeoutSeconds: 86_400, Output: "{% $states.result %}", Next: "Tell" }),
  Tell: taskState("tell", { input: "{% $states.input %}", End: true }),
});
