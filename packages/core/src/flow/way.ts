import type { Catcher, State } from "./asl.ts";
import type { FlowError } from "./error.ts";

/** What a state may say of its end, wherever it goes from there. */
export type Way = Partial<Pick<Catcher, "Assign" | "Output" | "Next">>;

/** What a state says of its end; one that fails says nothing. */
export const wayOf = (state: State): Way => (state.Type === "Fail" ? {} : state);

/** What the history calls it when a state did not work out. */
export function failureOf({ Type }: State, { error }: FlowError): string {
  if (Type !== "Task") return `${Type}StateFailed`;
  return error === "States.Timeout" || error === "States.HeartbeatTimeout" ? "TaskTimedOut" : "TaskFailed";
}
