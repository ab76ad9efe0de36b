import { buildMachine, taskState } from "./machine-simulator.ts";

/** A machine that asks for an answer and reports it. */
export const askMachine = buildMachine({
  Ask: taskState("ask", { waits: true, TimeoutSeconds: 86_400, Output: "{% $states.result %}", Next: "Tell" }),
  Tell: taskState("tell", { input: "{% $states.input %}", End: true }),
});
