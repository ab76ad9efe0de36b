import type { Json } from "../../kernel/json.ts";
import { type Execution, type Frame, findParent } from "./execution.ts";
import type { Scope } from "./expression.ts";

/** What `$states` contains at the end of a state: its result, or in a Catch its error. */
export interface StateOutcome {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** Builds what the expressions of a state see: its `$states`, and the variables of its own and the enclosing scopes. */
export function buildScope(
  execution: Execution,
  frame: Frame,
  outcome: StateOutcome = {},
  more: Record<string, Json> = {},
): Pick<Scope, "states" | "variables"> {
  const enclosingFrames: Frame[] = [];
  for (let ancestor: Frame | undefined = frame; ancestor; ancestor = findParent(execution, ancestor))
    enclosingFrames.unshift(ancestor);
  const { id, name, flow, input, started_at } = execution;
  const item = enclosingFrames.findLast((ancestor) => ancestor.item)?.item;
  const context = {
    Execution: { Id: id, Name: name, Input: input, StartTime: new Date(started_at).toISOString() },
    StateMachine: { Id: flow, Name: flow },
    State: {
      Name: frame.state,
      EnteredTime: new Date(frame.entered_at).toISOString(),
      RetryCount: frame.tries.reduce((sum, tries) => sum + (tries ?? 0), 0),
    },
    ...(item ? { Map: { Item: { ...item } } } : {}),
    ...more,
  };
  const variables: Record<string, Json> = Object.assign({}, ...enclosingFrames.map((ancestor) => ancestor.variables));
  return { states: { input: frame.input, ...outcome, context }, variables };
}
