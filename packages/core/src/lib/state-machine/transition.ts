import type { Catcher, State } from "./asl.ts";
import type { FlowError } from "./flow-error.ts";

/** What a state may say of its end, wherever it goes from there. */
export type Transition = Partial<Pick<Catcher, "Assign" | "Output" | "Next">>;

/** What a state says of its end; one that fails says nothing. */
export const toTransition = (state: State): Transition => (state.Type === "Fail" ? {} : state);

/** What the history calls it when a state did not work out. */
export function failureEventType({ Type }: State, { error }: FlowError): string {
  if (Type !== "Task") return `${Type}StateFailed`;
  return error === "States.Timeout" || error === "States.HeartbeatTimeout" ? "TaskTimedOut" : "TaskFailed";
}
