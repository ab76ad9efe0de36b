import type { Json } from "../../kernel/json.ts";
import { type Machine, type State, type StateByType, WAIT_FOR_TOKEN } from "./asl.ts";
import {
  buildTaskToken,
  type Execution,
  type FlowEvent,
  type Frame,
  findParent,
  frameDeadline,
  type HistoryEntry,
  isRunning,
  type TaskReport,
} from "./execution.ts";
import { evaluateTemplate, pseudoRandom, type Scope } from "./expression.ts";
import {
  DEFAULT_MAP_CONCURRENCY,
  MAX_HISTORY_EVENTS,
  parseInstant,
  requireArray,
  requireBoolean,
  requirePayloadSize,
  requireSeconds,
  requireWholeNumber,
} from "./field-values.ts";
import { FlowError, matchesError } from "./flow-error.ts";
import { findBranch, findState, removeDescendants } from "./frames.ts";
import { planRetry } from "./retry.ts";
import { buildScope, type StateOutcome } from "./scope.ts";
import { failureEventType, type Transition, toTransition } from "./transition.ts";

export interface AdvanceResult {
  readonly execution: Execution;
  readonly history: readonly HistoryEntry[];
  /** Whether the event still had an effect. */
  readonly isApplied: boolean;
}

/** States that are run at once; the others wait for the next tick, so that one execution does not block the process. */
const MAX_STATES_PER_TICK = 500;

/**
 * Returns the next execution after an event, without side effects. Due timers are processed first, in order, so an answer after its timeout comes too
 * late, even if the process was down meanwhile. `listPendingTasks` and `nextWakeTime` return what to call next and when the execution continues.
 */
export async function advance(machine: Machine, before: Execution, event: FlowEvent, time: number): Promise<AdvanceResult> {
  const run = new ExecutionRun(machine, structuredClone(before), time);
  const isApplied = await run.applyEvent(event);
  return { execution: run.execution, history: run.history, isApplied: isApplied };
}

class ExecutionRun {
  readonly execution: Execution;
  readonly history: HistoryEntry[] = [];
  readonly #machine: Machine;
  readonly #at: number;
  #statesLeft = MAX_STATES_PER_TICK;

  constructor(machine: Machine, execution: Execution, time: number) {
    this.#machine = machine;
    this.execution = execution;
    this.#at = time;
  }

  async applyEvent(event: FlowEvent): Promise<boolean> {
    if (event.type === "start") {
      this.#recordEvent("ExecutionStarted");
      this.#startFrame(undefined, { index: 0, path: [] }, this.execution.input);
    }
    await this.#runReadyFrames();
    await this.#fireTimers();
    if (!("task" in event)) return true;
    const isApplied = await this.#applyTaskReport(event);
    await this.#runReadyFrames();
    return isApplied;
  }

  /** Runs states until every frame waits for something. */
  async #runReadyFrames(): Promise<void> {
    for (let frame = this.#findReadyFrame(); frame && this.#statesLeft > 0; frame = this.#findReadyFrame()) {
      this.#statesLeft--;
      const entered = frame;
      await this.#withErrorRules(entered, () => this.#enterState(entered, this.#findState(entered)));
      if (this.execution.events > MAX_HISTORY_EVENTS)
        this.#endExecution("FAILED", "States.Runtime", `The history has more than ${MAX_HISTORY_EVENTS} entries`);
    }
  }

  #findReadyFrame = (): Frame | undefined => this.execution.frames.find(({ phase }) => phase.is === "ready");

  /** Processes due timers, the earliest first. */
  async #fireTimers(): Promise<void> {
    while (this.#statesLeft > 0) {
      const { ends_at = Infinity, frames } = this.execution;
      const frame = frames.toSorted((a, b) => (frameDeadline(a) ?? Infinity) - (frameDeadline(b) ?? Infinity))[0];
      const due = (frame && frameDeadline(frame)) ?? Infinity;
      if (!frame || Math.min(due, ends_at) > this.#at) return;
      this.#statesLeft--;
      if (ends_at <= due)
        return this.#endExecution("TIMED_OUT", "States.Timeout", "The execution took longer than its TimeoutSeconds");
      await this.#withErrorRules(frame, () => this.#expireTimer(frame, due));
      await this.#runReadyFrames();
    }
  }

  async #expireTimer(frame: Frame, due: number): Promise<void> {
    const state = this.#findState(frame);
    if (frame.phase.is === "retrying") frame.phase = { is: "ready" };
    else if (frame.phase.is === "waiting") await this.#leaveState(frame, toTransition(state), frame.input);
    else if (frame.phase.is === "task" && frame.phase.task.until === due)
      throw new FlowError("States.Timeout", "The task took longer than its TimeoutSeconds");
    else throw new FlowError("States.HeartbeatTimeout", "The task sent no heartbeat for longer than its HeartbeatSeconds");
  }

  /** Runs `work` for a frame; if it fails, the Retry and Catch rules of the state decide. */
  async #withErrorRules(frame: Frame, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      await this.#failFrame(frame, error);
    }
  }

  async #applyTaskReport(event: TaskReport): Promise<boolean> {
    const frame = this.execution.frames.find(({ phase }) => phase.is === "task" && phase.task.id === event.task);
    if (frame?.phase.is !== "task") return false;
    const { task } = frame.phase;
    if (event.type === "heartbeat") {
      if (task.heartbeat) task.heartbeat.until = this.#at + task.heartbeat.every;
    } else if ("error" in event) await this.#withErrorRules(frame, () => Promise.reject(new FlowError(event.error, event.cause)));
    else if (event.type === "invoked" && task.waits) {
      task.isInvoked = true;
      this.#recordEvent("TaskSubmitted", frame);
    } else {
      const { type, output } = event;
      const result = type === "succeed" ? output : { ExecutedVersion: "$LATEST", Payload: output, StatusCode: 200 };
      await this.#withErrorRules(frame, async () => this.#complete(frame, requirePayloadSize(result)));
    }
    return true;
  }

  async #enterState(frame: Frame, state: State): Promise<void> {
    switch (state.Type) {
      case "Pass":
      case "Succeed":
        return this.#leaveState(frame, state, frame.input);
      case "Fail":
        return this.#fail(frame, state);
      case "Choice":
        return this.#choose(frame, state);
      case "Wait":
        return this.#wait(frame, state);
      case "Task":
        return this.#schedule(frame, state);
      case "Parallel":
        return this.#startParallel(frame, state);
      case "Map":
        return this.#startMap(frame, state);
    }
  }

  async #fail(frame: Frame, { Error: error, Cause = "" }: StateByType<"Fail">): Promise<void> {
    const scope = this.#buildScope(frame);
    const [name, cause] = [await evaluateTemplate(error, scope, "Error"), await evaluateTemplate(Cause, scope, "Cause")];
    throw new FlowError(String(name), String(cause));
  }

  async #choose(frame: Frame, state: StateByType<"Choice">): Promise<void> {
    for (const [index, rule] of state.Choices.entries()) {
      const field = `Choices[${index}].Condition`;
      if (requireBoolean(await evaluateTemplate(rule.Condition, this.#buildScope(frame), field), field))
        return this.#leaveState(frame, rule, frame.input);
    }
    if (state.Default === undefined) throw new FlowError("States.NoChoiceMatched", `No choice of ${frame.state} matches`);
    await this.#leaveState(frame, { ...state, Next: state.Default }, frame.input);
  }

  async #wait(frame: Frame, { Seconds, Timestamp }: StateByType<"Wait">): Promise<void> {
    const scope = this.#buildScope(frame);
    const until =
      Seconds === undefined
        ? parseInstant(await evaluateTemplate(Timestamp ?? null, scope, "Timestamp"), "Timestamp")
        : this.#at + requireWholeNumber(await evaluateTemplate(Seconds, scope, "Seconds"), "Seconds") * 1000;
    frame.phase = { is: "waiting", until };
  }

  async #schedule(frame: Frame, state: StateByType<"Task">): Promise<void> {
    const id = this.execution.numbers++;
    const scope = this.#buildScope(frame, undefined, { Task: { Token: buildTaskToken(this.execution, id) } });
    const { Arguments, TimeoutSeconds, HeartbeatSeconds } = state;
    const payload = requirePayloadSize(await evaluateTemplate(Arguments.Payload as Json, scope, "Arguments.Payload"));
    const timeout = await this.#evaluateSeconds(TimeoutSeconds, scope, "TimeoutSeconds");
    const heartbeatSeconds = await this.#evaluateSeconds(HeartbeatSeconds, scope, "HeartbeatSeconds");
    frame.phase = {
      is: "task",
      task: {
        id,
        payload,
        waits: state.Resource === WAIT_FOR_TOKEN,
        isInvoked: false,
        ...(timeout === undefined ? {} : { until: this.#at + timeout }),
        ...(heartbeatSeconds === undefined ? {} : { heartbeat: { every: heartbeatSeconds, until: this.#at + heartbeatSeconds } }),
      },
    };
    this.#recordEvent("TaskScheduled", frame);
  }

  /** Returns milliseconds. */
  async #evaluateSeconds(template: number | string | undefined, scope: Scope, field: string): Promise<number | undefined> {
    return template === undefined ? undefined : requireSeconds(await evaluateTemplate(template, scope, field), field) * 1000;
  }

  async #startParallel(frame: Frame, { Arguments, Branches }: StateByType<"Parallel">): Promise<void> {
    const input =
      Arguments === undefined
        ? frame.input
        : requirePayloadSize(await evaluateTemplate(Arguments, this.#buildScope(frame), "Arguments"));
    frame.phase = { is: "children", results: Branches.map(() => null), left: Branches.length, next: Branches.length };
    this.#recordEvent("ParallelStateStarted", frame);
    for (const branch of Branches.keys()) this.#startFrame(frame, { index: branch, path: this.#childPath(frame, branch) }, input);
  }

  async #startMap(frame: Frame, state: StateByType<"Map">): Promise<void> {
    const scope = this.#buildScope(frame);
    const items = requireArray(
      state.Items === undefined ? frame.input : await evaluateTemplate(state.Items, scope, "Items"),
      "Items",
    );
    const concurrency =
      requireWholeNumber(await evaluateTemplate(state.MaxConcurrency ?? 0, scope, "MaxConcurrency"), "MaxConcurrency") ||
      DEFAULT_MAP_CONCURRENCY;
    frame.phase = { is: "children", results: items.map(() => null), left: items.length, next: 0, items };
    this.#recordEvent("MapStateStarted", frame);
    if (items.length === 0) return this.#complete(frame, []);
    for (let startedCount = 0; startedCount < Math.min(concurrency, items.length); startedCount++)
      await this.#startNextItem(frame, state);
  }

  async #startNextItem(frame: Frame, { ItemSelector }: StateByType<"Map">): Promise<void> {
    if (frame.phase.is !== "children" || frame.phase.items === undefined) return;
    const index = frame.phase.next++;
    const item = { Index: index, Value: frame.phase.items[index] ?? null };
    const scope = this.#buildScope(frame, undefined, { Map: { Item: item } });
    const input =
      ItemSelector === undefined ? item.Value : requirePayloadSize(await evaluateTemplate(ItemSelector, scope, "ItemSelector"));
    this.#recordEvent("MapIterationStarted", frame);
    this.#startFrame(frame, { index, path: this.#childPath(frame, 0), item }, input);
  }

  #childPath = ({ path, state }: Frame, branch: number) => [...path, { state, branch }];

  /** Starts a sequence of states. */
  #startFrame(parent: Frame | undefined, position: Pick<Frame, "index" | "path" | "item">, input: Json): void {
    const frame: Frame = {
      id: this.execution.numbers++,
      ...(parent ? { parent: parent.id } : {}),
      ...position,
      variables: {},
      state: "",
      input,
      entered_at: this.#at,
      tries: [],
      phase: { is: "ready" },
    };
    this.execution.frames.push(frame);
    this.#enterNextState(frame, findBranch(this.#machine, frame).StartAt, input);
  }

  #enterNextState(frame: Frame, state: string, input: Json): void {
    Object.assign(frame, { state, input, entered_at: this.#at, tries: [], phase: { is: "ready" } });
    this.#recordEvent(`${this.#findState(frame).Type}StateEntered`, frame);
  }

  async #complete(frame: Frame, result: Json): Promise<void> {
    const state = this.#findState(frame);
    this.#recordEvent(state.Type === "Task" ? "TaskSucceeded" : `${state.Type}StateSucceeded`, frame);
    await this.#leaveState(frame, toTransition(state), result, { result });
  }

  /** Ends a state. Its Output and Assign both see the variables from before the assignment. */
  async #leaveState(frame: Frame, transition: Transition, usual: Json, outcome?: StateOutcome): Promise<void> {
    const output =
      transition.Output === undefined
        ? usual
        : requirePayloadSize(await evaluateTemplate(transition.Output, this.#buildScope(frame, outcome), "Output"));
    const assigned = requirePayloadSize(
      await evaluateTemplate(transition.Assign ?? {}, this.#buildScope(frame, outcome), "Assign"),
    );
    Object.assign(frame.variables, assigned);
    this.#recordEvent(`${this.#findState(frame).Type}StateExited`, frame);
    if (transition.Next !== undefined) this.#enterNextState(frame, transition.Next, output);
    else await this.#finishFrame(frame, output);
  }

  /** Handles the end of a sequence of states. */
  async #finishFrame(frame: Frame, output: Json): Promise<void> {
    const parent = this.#findParent(frame);
    if (!parent) {
      this.#endExecution("SUCCEEDED");
      this.execution.output = output;
      return;
    }
    this.execution.frames = this.execution.frames.filter((activeFrame) => activeFrame !== frame);
    const [{ phase }, state] = [parent, this.#findState(parent)];
    if (phase.is !== "children") return;
    phase.results[frame.index] = output;
    phase.left--;
    if (state.Type === "Map") this.#recordEvent("MapIterationSucceeded", parent);
    await this.#withErrorRules(parent, async () => {
      if (phase.left === 0) await this.#complete(parent, requirePayloadSize(phase.results));
      else if (state.Type === "Map" && phase.items && phase.next < phase.items.length) await this.#startNextItem(parent, state);
    });
  }

  /** Handles the failure of a state: it is retried, or caught, or its parent state fails. */
  async #failFrame(frame: Frame, error: FlowError): Promise<void> {
    const state = this.#findState(frame);
    this.#recordEvent(failureEventType(state, error), frame, error);
    // Everything under way within the state ends with it.
    this.execution.frames = removeDescendants(this.execution.frames, frame);
    const retry = "Retry" in state ? planRetry(state.Retry, frame.tries, error.error, this.#random) : undefined;
    if (retry) {
      frame.tries[retry.index] = (frame.tries[retry.index] ?? 0) + 1;
      frame.phase = { is: "retrying", until: this.#at + retry.milliseconds };
      return;
    }
    const catcher = "Catch" in state ? state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error.error)) : undefined;
    if (!catcher) return this.#raiseError(frame, error);
    const errorOutput = { Error: error.error, Cause: error.message };
    try {
      await this.#leaveState(frame, catcher, errorOutput, { errorOutput });
    } catch (caught) {
      if (!(caught instanceof FlowError)) throw caught;
      await this.#raiseError(frame, caught);
    }
  }

  async #raiseError(frame: Frame, error: FlowError): Promise<void> {
    const parent = this.#findParent(frame);
    if (parent) await this.#failFrame(parent, error);
    else this.#endExecution("FAILED", error.error, error.message);
  }

  #endExecution(status: Exclude<Execution["status"], "RUNNING">, error?: string, cause?: string): void {
    if (!isRunning(this.execution)) return;
    const name = { SUCCEEDED: "ExecutionSucceeded", FAILED: "ExecutionFailed", TIMED_OUT: "ExecutionTimedOut" }[status];
    this.#recordEvent(name, undefined, error === undefined ? undefined : new FlowError(error, cause ?? ""));
    Object.assign(this.execution, { status, frames: [], ended_at: this.#at });
    if (error !== undefined) Object.assign(this.execution, { error, cause });
  }

  #recordEvent(type: string, frame?: Frame, error?: FlowError): void {
    this.history.push({
      id: ++this.execution.events,
      at: this.#at,
      type,
      ...(frame ? { state: frame.state } : {}),
      ...(error ? { error: error.error, cause: error.message } : {}),
    });
  }

  #findState = (frame: Frame): State => findState(this.#machine, frame);

  #findParent = (frame: Frame): Frame | undefined => findParent(this.execution, frame);

  #random = (): number => pseudoRandom(`${this.execution.seed} ${this.execution.draws++}`);

  #buildScope = (frame: Frame, outcome?: StateOutcome, more?: Record<string, Json>): Scope => ({
    ...buildScope(this.execution, frame, outcome, more),
    time: this.#at,
    random: this.#random,
  });
}
