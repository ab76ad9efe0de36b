import type { Json } from "@crm/core/kernel/json.ts";
import { Machine, type State } from "@crm/core/lib/state-machine/asl.ts";
import {
  buildTaskToken,
  createExecution,
  type Execution,
  type FlowEvent,
  type HistoryEntry,
  isRunning,
  listPendingTasks,
  nextWakeTime,
} from "@crm/core/lib/state-machine/execution.ts";
import { advance } from "@crm/core/lib/state-machine/interpreter.ts";

/** Runs machines step by step at a simulated time, so that waiting a week takes no time. */

export const START = Date.parse("2026-03-14T09:00:00Z");

/** A machine of these states; the first one is its start. */
export const buildMachine = (states: Record<string, object>, more: object = {}): Machine =>
  Machine.parse({ QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states, ...more });

/** A state that calls a step; with `waits`, it also waits for the step's token. */
export const taskState = (
  name: string,
  { waits, input, ...more }: { waits?: true; input?: Json; [field: string]: unknown } = {},
) => ({
  Type: "Task",
  Resource: `arn:aws:states:::lambda:invoke${waits ? ".waitForTaskToken" : ""}`,
  Arguments: {
    FunctionName: "${steps}",
    Payload: {
      step: name,
      execution: "{% $states.context.Execution.Name %}",
      ...(waits ? { token: "{% $states.context.Task.Token %}" } : {}),
      ...(input === undefined ? {} : { input }),
    },
  },
  ...more,
});

/** What each step returns or throws. */
export type StepHandlers = Readonly<Record<string, (input: Json, call: number) => Json>>;

/** An error with a name that machines can catch. */
export const buildError = (name: string, message = ""): Error => Object.assign(new Error(message), { name });

export class MachineSimulator {
  execution: Execution;
  readonly history: HistoryEntry[] = [];
  /** The calls of steps, with the seconds since the start. */
  readonly calls: { step: string; at: number; input: Json }[] = [];
  at = START;
  readonly #machine: Machine;
  readonly #steps: StepHandlers;

  constructor(machine: Machine, input: Json = {}, steps: StepHandlers = {}, seed = "seed") {
    this.#machine = machine;
    this.#steps = steps;
    this.execution = createExecution(machine, { id: "f.n", flow: "f", name: "ten_a-n", input, seed, started_at: START });
  }

  async sendEvent(event: FlowEvent): Promise<boolean> {
    const { execution, history, isApplied: isEventApplied } = await advance(this.#machine, this.execution, event, this.at);
    // Serialized and parsed, as between storage and reading.
    this.execution = JSON.parse(JSON.stringify(execution)) as Execution;
    this.history.push(...history);
    return isEventApplied;
  }

  /** Calls steps until none is pending at this time. */
  async runSteps(): Promise<void> {
    if (this.execution.events === 0) await this.sendEvent({ type: "start" });
    for (let [task] = listPendingTasks(this.execution); task; [task] = listPendingTasks(this.execution)) {
      const { step: name, input = null } = task.payload as { step: string; input?: Json };
      const call = this.calls.filter((each) => each.step === name).length;
      this.calls.push({ step: name, at: (this.at - START) / 1000, input });
      try {
        const output = this.#steps[name]?.(input, call) ?? null;
        await this.sendEvent({ type: "invoked", task: task.id, output });
      } catch (error) {
        const { name: thrownAs, message } = error as Error;
        await this.sendEvent({ type: "threw", task: task.id, error: thrownAs, cause: message });
      }
      while (nextWakeTime(this.execution) === 0) await this.sendEvent({ type: "tick" });
    }
  }

  /** Advances the time until the execution has ended or only waits for a token. */
  async runToEnd(): Promise<Execution> {
    await this.runSteps();
    for (
      let wake = nextWakeTime(this.execution);
      isRunning(this.execution) && wake !== undefined;
      wake = nextWakeTime(this.execution)
    ) {
      this.at = Math.max(this.at, wake);
      await this.sendEvent({ type: "tick" });
      await this.runSteps();
    }
    return this.execution;
  }

  /** The open tokens, with the number of their task. */
  get waitingTasks(): { id: number; token: string }[] {
    return this.execution.frames.flatMap(({ phase }) =>
      phase.is === "task" ? [{ id: phase.task.id, token: buildTaskToken(this.execution, phase.task.id) }] : [],
    );
  }

  get eventTypes(): string[] {
    return this.history.map(({ type }) => type);
  }
}

/** Runs a machine and returns its output or error. */
export async function runMachine(machine: Machine, input: Json = {}, steps: StepHandlers = {}): Promise<unknown> {
  const { status, output, error, cause } = await new MachineSimulator(machine, input, steps).runToEnd();
  return status === "SUCCEEDED" ? output : { status, error, cause };
}

export type { State };
