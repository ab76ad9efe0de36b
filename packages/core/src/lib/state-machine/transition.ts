import type { Catcher, State } from "./asl.ts";
import type { FlowError } from "./flow-error.ts";

/** What a state may declare for its end. */
export type Transition = Partial<Pick<Catcher, "Assign" | "Output" | "Next">>;

/** Returns what a state declares for its end; a Fail state declares nothing. */
export const toTransition = (state: State): Transition => (state.Type === "Fail" ? {} : state);

/** Returns the name of a history entry for the failure of a state. */
export function failureEventType({ Type }: State, { error }: FlowError): string {
  if (Type !== "Task") return `${Type}StateFailed`;
  return error === "States.Timeout" || error === "States.HeartbeatTimeout" ? "TaskTimedOut" : "TaskFailed";
}
