import type { Json } from "../kernel/json.ts";
import { type Machine, type State, type StateOf, WAIT_FOR_TOKEN } from "./asl.ts";
import { FlowError, matches } from "./error.ts";
import {
  deadlineOf,
  type Execution,
  type FlowEvent,
  type Frame,
  type HistoryEntry,
  isRunning,
  parentOf,
  type Told,
  tokenOf,
} from "./execution.ts";
import { computed, fraction, type Scope } from "./expression.ts";
import { branchOf, stateOf, without } from "./frames.ts";
import { retryOf } from "./retry.ts";
import { type Known, scopeOf } from "./scope.ts";
import { booleanOf, instantOf, itemsOf, MOST_EVENTS, SIDE_BY_SIDE, secondsOf, sized, wholeOf } from "./values.ts";
import { failureOf, type Way, wayOf } from "./way.ts";

export interface Advanced {
  readonly execution: Execution;
  readonly history: readonly HistoryEntry[];
  /** Whether it was so that the event could still have an effect. */
  readonly taken: boolean;
}

/** States gone through in one go; then the rest waits for the next tick, so that others get their turn. */
const TURNS = 500;

/**
 * The next execution out of one and what happened to it. It does nothing else: what is due is done first, in the order of its
 * instants, so an answer after its timeout comes too late, whoever was away meanwhile. What is to be called then, and when it goes
 * on by itself, the execution says (`pendingOf`, `wakeOf`).
 */
export async function advance(machine: Machine, before: Execution, event: FlowEvent, at: number): Promise<Advanced> {
  const run = new Run(machine, structuredClone(before), at);
  const taken = await run.take(event);
  return { execution: run.execution, history: run.history, taken };
}

class Run {
  readonly execution: Execution;
  readonly history: HistoryEntry[] = [];
  readonly #machine: Machine;
  readonly #at: number;
  #turns = TURNS;

  constructor(machine: Machine, execution: Execution, at: number) {
    this.#machine = machine;
    this.execution = execution;
    this.#at = at;
  }

  async take(event: FlowEvent): Promise<boolean> {
    if (event.type === "start") {
      this.#record("ExecutionStarted");
      this.#begin(undefined, { index: 0, path: [] }, this.execution.input);
    }
    await this.#goOn();
    await this.#ring();
    if (!("task" in event)) return true;
    const taken = await this.#told(event);
    await this.#goOn();
    return taken;
  }

  /** Goes through states until all that is under way waits for something. */
  async #goOn(): Promise<void> {
    for (let frame = this.#ready(); frame && this.#turns > 0; frame = this.#ready()) {
      this.#turns--;
      const entered = frame;
      await this.#trying(entered, () => this.#enter(entered, this.#stateOf(entered)));
      if (this.execution.events > MOST_EVENTS)
        this.#end("FAILED", "States.Runtime", `The history has more than ${MOST_EVENTS} entries`);
    }
  }

  #ready = (): Frame | undefined => this.execution.frames.find(({ phase }) => phase.is === "ready");

  /** Does what is due, the earliest first. */
  async #ring(): Promise<void> {
    while (this.#turns > 0) {
      const { ends_at = Infinity, frames } = this.execution;
      const frame = frames.toSorted((a, b) => (deadlineOf(a) ?? Infinity) - (deadlineOf(b) ?? Infinity))[0];
      const due = (frame && deadlineOf(frame)) ?? Infinity;
      if (!frame || Math.min(due, ends_at) > this.#at) return;
      this.#turns--;
      if (ends_at <= due) return this.#end("TIMED_OUT", "States.Timeout", "The execution took longer than its TimeoutSeconds");
      await this.#trying(frame, () => this.#overdue(frame, due));
      await this.#goOn();
    }
  }

  async #overdue(frame: Frame, due: number): Promise<void> {
    const state = this.#stateOf(frame);
    if (frame.phase.is === "retrying") frame.phase = { is: "ready" };
    else if (frame.phase.is === "waiting") await this.#leave(frame, wayOf(state), frame.input);
    else if (frame.phase.is === "task" && frame.phase.task.until === due)
      throw new FlowError("States.Timeout", "The task took longer than its TimeoutSeconds");
    else throw new FlowError("States.HeartbeatTimeout", "The task gave no sign for longer than its HeartbeatSeconds");
  }

  /** Does something for a frame; where it does not work out, the state's rules for errors decide. */
  async #trying(frame: Frame, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      await this.#failed(frame, error);
    }
  }

  async #told(event: Told): Promise<boolean> {
    const frame = this.execution.frames.find(({ phase }) => phase.is === "task" && phase.task.id === event.task);
    if (frame?.phase.is !== "task") return false;
    const { task } = frame.phase;
    if (event.type === "heartbeat") {
      if (task.heartbeat) task.heartbeat.until = this.#at + task.heartbeat.every;
    } else if ("error" in event) await this.#trying(frame, () => Promise.reject(new FlowError(event.error, event.cause)));
    else if (event.type === "invoked" && task.waits) {
      task.isInvoked = true;
      this.#record("TaskSubmitted", frame);
    } else {
      const { type, output } = event;
      const result = type === "succeed" ? output : { ExecutedVersion: "$LATEST", Payload: output, StatusCode: 200 };
      await this.#trying(frame, async () => this.#complete(frame, sized(result)));
    }
    return true;
  }

  async #enter(frame: Frame, state: State): Promise<void> {
    switch (state.Type) {
      case "Pass":
      case "Succeed":
        return this.#leave(frame, state, frame.input);
      case "Fail":
        return this.#fail(frame, state);
      case "Choice":
        return this.#choose(frame, state);
      case "Wait":
        return this.#wait(frame, state);
      case "Task":
        return this.#schedule(frame, state);
      case "Parallel":
        return this.#part(frame, state);
      case "Map":
        return this.#each(frame, state);
    }
  }

  async #fail(frame: Frame, { Error: error, Cause = "" }: StateOf<"Fail">): Promise<void> {
    const scope = this.#scope(frame);
    const [name, cause] = [await computed(error, scope, "Error"), await computed(Cause, scope, "Cause")];
    throw new FlowError(String(name), String(cause));
  }

  async #choose(frame: Frame, state: StateOf<"Choice">): Promise<void> {
    for (const [index, rule] of state.Choices.entries()) {
      const field = `Choices[${index}].Condition`;
      if (booleanOf(await computed(rule.Condition, this.#scope(frame), field), field))
        return this.#leave(frame, rule, frame.input);
    }
    if (state.Default === undefined) throw new FlowError("States.NoChoiceMatched", `No choice of ${frame.state} is met`);
    await this.#leave(frame, { ...state, Next: state.Default }, frame.input);
  }

  async #wait(frame: Frame, { Seconds, Timestamp }: StateOf<"Wait">): Promise<void> {
    const scope = this.#scope(frame);
    const until =
      Seconds === undefined
        ? instantOf(await computed(Timestamp ?? null, scope, "Timestamp"), "Timestamp")
        : this.#at + wholeOf(await computed(Seconds, scope, "Seconds"), "Seconds") * 1000;
    frame.phase = { is: "waiting", until };
  }

  async #schedule(frame: Frame, state: StateOf<"Task">): Promise<void> {
    const id = this.execution.numbers++;
    const scope = this.#scope(frame, undefined, { Task: { Token: tokenOf(this.execution, id) } });
    const { Arguments, TimeoutSeconds, HeartbeatSeconds } = state;
    const payload = sized(await computed(Arguments.Payload as Json, scope, "Arguments.Payload"));
    const timeout = await this.#seconds(TimeoutSeconds, scope, "TimeoutSeconds");
    const every = await this.#seconds(HeartbeatSeconds, scope, "HeartbeatSeconds");
    frame.phase = {
      is: "task",
      task: {
        id,
        payload,
        waits: state.Resource === WAIT_FOR_TOKEN,
        isInvoked: false,
        ...(timeout === undefined ? {} : { until: this.#at + timeout }),
        ...(every === undefined ? {} : { heartbeat: { every, until: this.#at + every } }),
      },
    };
    this.#record("TaskScheduled", frame);
  }

  /** In milliseconds. */
  async #seconds(template: number | string | undefined, scope: Scope, field: string): Promise<number | undefined> {
    return template === undefined ? undefined : secondsOf(await computed(template, scope, field), field) * 1000;
  }

  async #part(frame: Frame, { Arguments, Branches }: StateOf<"Parallel">): Promise<void> {
    const input = Arguments === undefined ? frame.input : sized(await computed(Arguments, this.#scope(frame), "Arguments"));
    frame.phase = { is: "children", results: Branches.map(() => null), left: Branches.length, next: Branches.length };
    this.#record("ParallelStateStarted", frame);
    for (const branch of Branches.keys()) this.#begin(frame, { index: branch, path: this.#into(frame, branch) }, input);
  }

  async #each(frame: Frame, state: StateOf<"Map">): Promise<void> {
    const scope = this.#scope(frame);
    const items = itemsOf(state.Items === undefined ? frame.input : await computed(state.Items, scope, "Items"), "Items");
    const most = wholeOf(await computed(state.MaxConcurrency ?? 0, scope, "MaxConcurrency"), "MaxConcurrency") || SIDE_BY_SIDE;
    frame.phase = { is: "children", results: items.map(() => null), left: items.length, next: 0, items };
    this.#record("MapStateStarted", frame);
    if (items.length === 0) return this.#complete(frame, []);
    for (let begun = 0; begun < Math.min(most, items.length); begun++) await this.#nextItem(frame, state);
  }

  async #nextItem(frame: Frame, { ItemSelector }: StateOf<"Map">): Promise<void> {
    if (frame.phase.is !== "children" || frame.phase.items === undefined) return;
    const index = frame.phase.next++;
    const item = { Index: index, Value: frame.phase.items[index] ?? null };
    const scope = this.#scope(frame, undefined, { Map: { Item: item } });
    const input = ItemSelector === undefined ? item.Value : sized(await computed(ItemSelector, scope, "ItemSelector"));
    this.#record("MapIterationStarted", frame);
    this.#begin(frame, { index, path: this.#into(frame, 0), item }, input);
  }

  #into = ({ path, state }: Frame, branch: number) => [...path, { state, branch }];

  /** Begins a line of states. */
  #begin(parent: Frame | undefined, about: Pick<Frame, "index" | "path" | "item">, input: Json): void {
    const frame: Frame = {
      id: this.execution.numbers++,
      ...(parent ? { parent: parent.id } : {}),
      ...about,
      variables: {},
      state: "",
      input,
      entered_at: this.#at,
      tries: [],
      phase: { is: "ready" },
    };
    this.execution.frames.push(frame);
    this.#go(frame, branchOf(this.#machine, frame).StartAt, input);
  }

  #go(frame: Frame, state: string, input: Json): void {
    Object.assign(frame, { state, input, entered_at: this.#at, tries: [], phase: { is: "ready" } });
    this.#record(`${this.#stateOf(frame).Type}StateEntered`, frame);
  }

  async #complete(frame: Frame, result: Json): Promise<void> {
    const state = this.#stateOf(frame);
    this.#record(state.Type === "Task" ? "TaskSucceeded" : `${state.Type}StateSucceeded`, frame);
    await this.#leave(frame, wayOf(state), result, { result });
  }

  /** Ends a state: its Output and its Assign both see what was before it. */
  async #leave(frame: Frame, way: Way, usual: Json, known?: Known): Promise<void> {
    const output = way.Output === undefined ? usual : sized(await computed(way.Output, this.#scope(frame, known), "Output"));
    const assigned = sized(await computed(way.Assign ?? {}, this.#scope(frame, known), "Assign"));
    Object.assign(frame.variables, assigned);
    this.#record(`${this.#stateOf(frame).Type}StateExited`, frame);
    if (way.Next !== undefined) this.#go(frame, way.Next, output);
    else await this.#finish(frame, output);
  }

  /** A line of states has come to its end. */
  async #finish(frame: Frame, output: Json): Promise<void> {
    const parent = this.#parentOf(frame);
    if (!parent) {
      this.#end("SUCCEEDED");
      this.execution.output = output;
      return;
    }
    this.execution.frames = this.execution.frames.filter((each) => each !== frame);
    const [{ phase }, state] = [parent, this.#stateOf(parent)];
    if (phase.is !== "children") return;
    phase.results[frame.index] = output;
    phase.left--;
    if (state.Type === "Map") this.#record("MapIterationSucceeded", parent);
    await this.#trying(parent, async () => {
      if (phase.left === 0) await this.#complete(parent, sized(phase.results));
      else if (state.Type === "Map" && phase.items && phase.next < phase.items.length) await this.#nextItem(parent, state);
    });
  }

  /** A state did not work out: it is tried again, or somebody catches it, or what is around it fails. */
  async #failed(frame: Frame, error: FlowError): Promise<void> {
    const state = this.#stateOf(frame);
    this.#record(failureOf(state, error), frame, error);
    // All that is under way within it ends with it.
    this.execution.frames = without(this.execution.frames, frame);
    const retry = "Retry" in state ? retryOf(state.Retry, frame.tries, error.error, this.#chance) : undefined;
    if (retry) {
      frame.tries[retry.index] = (frame.tries[retry.index] ?? 0) + 1;
      frame.phase = { is: "retrying", until: this.#at + retry.milliseconds };
      return;
    }
    const catcher = "Catch" in state ? state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error.error)) : undefined;
    if (!catcher) return this.#raise(frame, error);
    const errorOutput = { Error: error.error, Cause: error.message };
    try {
      await this.#leave(frame, catcher, errorOutput, { errorOutput });
    } catch (caught) {
      if (!(caught instanceof FlowError)) throw caught;
      await this.#raise(frame, caught);
    }
  }

  async #raise(frame: Frame, error: FlowError): Promise<void> {
    const parent = this.#parentOf(frame);
    if (parent) await this.#failed(parent, error);
    else this.#end("FAILED", error.error, error.message);
  }

  #end(status: Exclude<Execution["status"], "RUNNING">, error?: string, cause?: string): void {
    if (!isRunning(this.execution)) return;
    const name = { SUCCEEDED: "ExecutionSucceeded", FAILED: "ExecutionFailed", TIMED_OUT: "ExecutionTimedOut" }[status];
    this.#record(name, undefined, error === undefined ? undefined : new FlowError(error, cause ?? ""));
    Object.assign(this.execution, { status, frames: [], ended_at: this.#at });
    if (error !== undefined) Object.assign(this.execution, { error, cause });
  }

  #record(type: string, frame?: Frame, error?: FlowError): void {
    this.history.push({
      id: ++this.execution.events,
      at: this.#at,
      type,
      ...(frame ? { state: frame.state } : {}),
      ...(error ? { error: error.error, cause: error.message } : {}),
    });
  }

  #stateOf = (frame: Frame): State => stateOf(this.#machine, frame);

  #parentOf = (frame: Frame): Frame | undefined => parentOf(this.execution, frame);

  #chance = (): number => fraction(`${this.execution.seed} ${this.execution.draws++}`);

  #scope = (frame: Frame, known?: Known, more?: Record<string, Json>): Scope => ({
    ...scopeOf(this.execution, frame, known, more),
    at: this.#at,
    chance: this.#chance,
  });
}
