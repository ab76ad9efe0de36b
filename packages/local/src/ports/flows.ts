import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { FlowEntry, FlowRun, Flows, FlowTokenResult, Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Machine } from "@crm/core/lib/state-machine/asl.ts";
import {
  createExecution,
  type Execution,
  type FlowEvent,
  type HistoryEntry,
  isIssuedToken,
  listPendingTasks,
  nextWakeTime,
  parseTaskToken,
  type Task,
} from "@crm/core/lib/state-machine/execution.ts";
import { MAX_PAYLOAD_BYTES } from "@crm/core/lib/state-machine/field-values.ts";
import type { FlowFunction } from "@crm/functions/flow/index.ts";
import type { State } from "../store/state.ts";

export interface FlowRunner {
  readonly port: Flows;
  /** Sets the ports for steps. No step is called before. */
  connect(ports: Ports): void;
  /** Runs flows by itself from now on. */
  start(): void;
  /** Runs all due executions. Returns whether there were any. */
  settle(): Promise<boolean>;
  stop(): Promise<void>;
}

const CREATE_TABLES_SQL = [
  // An execution keeps the definition with which it started, also after a new release.
  "CREATE TABLE IF NOT EXISTS flow_definitions (hash TEXT PRIMARY KEY, definition TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS flow_executions (
    id TEXT PRIMARY KEY, definition TEXT NOT NULL, execution TEXT NOT NULL, wake_at INTEGER, ended_at INTEGER)`,
  "CREATE INDEX IF NOT EXISTS flow_executions_due ON flow_executions (wake_at) WHERE wake_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS flow_executions_ended ON flow_executions (ended_at) WHERE ended_at IS NOT NULL",
  `CREATE TABLE IF NOT EXISTS flow_history (
    execution TEXT NOT NULL, id INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID`,
];

const SELECT_DUE_SQL = "SELECT id FROM flow_executions WHERE wake_at <= ? ORDER BY wake_at LIMIT 200";
const SELECT_ENDED_SQL = "SELECT id FROM flow_executions WHERE ended_at < ? ORDER BY ended_at LIMIT 100";

/** Maximum number of concurrent steps. */
const MAX_CONCURRENT_STEPS = 20;
/** History entries in one page. */
const PAGE_SIZE = 100;
/** How long ended executions are kept, in milliseconds: as long as Step Functions keeps them. */
const RETENTION_MS = 90 * 24 * 60 * 60 * 1000;
/** Pause after which an execution that cannot continue is tried again, in milliseconds. */
const RETRY_DELAY_MS = 60_000;

/** Loaded only when a flow runs. */
const loadInterpreter = () => import("@crm/core/lib/state-machine/interpreter.ts");
const loadSchemas = () => import("@crm/core/lib/state-machine/asl.ts");

const buildExecutionId = (flow: string, name: string): string => `${flow}.${name}`;

/**
 * Runs flows as Step Functions does. Executions are in the folder's SQLite file. The runner reads an execution, lets the interpreter advance it, and
 * writes it with its history in one transaction. So a kill loses no accepted answer, and an interrupted step is called again with the same token.
 * Time is the app's clock.
 */
export function localFlows(state: State, flows: readonly FlowFunction[], log: Log): FlowRunner {
  for (const table of CREATE_TABLES_SQL) state.execute(table);
  const runner = new ExecutionRunner(state, flows, log);
  return {
    port: {
      start: (flow, name, input) => runner.startExecution(flow, name, input),
      succeed: (token, output) => runner.answer(token, (task) => ({ type: "succeed", task, output })),
      fail: (token, error, cause) => runner.answer(token, (task) => ({ type: "fail", task, error, cause })),
      heartbeat: (token) => runner.answer(token, (task) => ({ type: "heartbeat", task })),
      history: {
        read: async (flow, name) => toFlowRun(runner.readExecution(buildExecutionId(flow, name))?.execution),
        events: async (flow, name, cursor) => runner.events(buildExecutionId(flow, name), cursor),
      },
    },
    connect: (ports) => runner.connect(ports),
    start: () => runner.start(),
    settle: () => runner.settle(),
    stop: () => runner.stop(),
  };
}

interface StoredExecution {
  readonly execution: Execution;
  readonly definition: string;
}

class ExecutionRunner {
  readonly #state: State;
  readonly #flows: ReadonlyMap<string, FlowFunction>;
  readonly #log: Log;
  #ports: Ports | undefined;
  #stopped = false;
  #wakeSignal = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;
  /** The last queued work of each execution: events are applied to an execution one at a time. */
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Running steps, by execution and task. */
  readonly #calls = new Map<string, Promise<void>>();
  /** Definitions by their hash. */
  readonly #machines = new Map<string, Machine>();

  constructor(state: State, flows: readonly FlowFunction[], log: Log) {
    this.#state = state;
    this.#flows = new Map(flows.map((flow) => [flow.name, flow]));
    this.#log = log;
  }

  connect(ports: Ports): void {
    this.#ports = ports;
  }

  async startExecution(flow: string, name: string, input: Json): Promise<void> {
    const flowing = this.#flows.get(flow);
    if (!flowing) throw new Error(`No domain declares a flow ${flow}`);
    if (Buffer.byteLength(JSON.stringify(input)) > MAX_PAYLOAD_BYTES)
      throw new Error(`The input of ${name} must have at most ${MAX_PAYLOAD_BYTES} bytes`);
    const definition = JSON.stringify(await flowing.flow.machine());
    const hash = createHash("sha256").update(definition).digest("hex");
    const id = buildExecutionId(flow, name);
    await this.#enqueue(id, async () => {
      if (this.readExecution(id)) return;
      const details = { id, flow, name, input, seed: randomUUID(), started_at: Clock.ms() };
      const machine = (await loadSchemas()).Machine.parse(JSON.parse(definition));
      const { advance } = await loadInterpreter();
      const { execution, history } = await advance(machine, createExecution(machine, details), { type: "start" }, Clock.ms());
      this.#state.runTransaction(() => {
        this.#state.execute("INSERT OR IGNORE INTO flow_definitions VALUES (?, ?)", hash, definition);
        this.#state.execute("INSERT INTO flow_executions (id, definition, execution) VALUES (?, ?, '')", id, hash);
        this.#saveExecution(execution, history);
      });
    });
    this.#wake();
  }

  async answer(token: string, event: (task: number) => FlowEvent): Promise<FlowTokenResult> {
    const taskToken = parseTaskToken(token);
    const stored = taskToken && this.readExecution(taskToken.execution);
    if (!taskToken || !stored || !isIssuedToken(stored.execution, token)) return "unknown";
    return (await this.#applyEvent(taskToken.execution, event(taskToken.task))) ? "accepted" : "ended";
  }

  readExecution(id: string): StoredExecution | undefined {
    const [row] = this.#state.query("SELECT execution, definition FROM flow_executions WHERE id = ?", id);
    return row && { execution: JSON.parse(String(row.execution)) as Execution, definition: String(row.definition) };
  }

  events(id: string, cursor = "0"): { events: FlowEntry[]; next: string | null } {
    const rows = this.#state.query(
      "SELECT entry FROM flow_history WHERE execution = ? AND id > ? ORDER BY id LIMIT ?",
      id,
      Number(cursor) || 0,
      PAGE_SIZE,
    );
    const entries = rows.map(({ entry }) => JSON.parse(String(entry)) as HistoryEntry);
    return { events: entries.map(toFlowEntry), next: entries.length === PAGE_SIZE ? String(entries.at(-1)?.id) : null };
  }

  start(): void {
    this.#loop ??= this.#runLoop();
  }

  async settle(): Promise<boolean> {
    let worked = this.#removeOld();
    while (!this.#stopped && this.#runDue()) {
      worked = true;
      await Promise.all([...this.#queues.values(), ...this.#calls.values()]);
    }
    return worked;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
    await Promise.all(this.#calls.values());
    await Promise.all(this.#queues.values());
  }

  #wake(): void {
    this.#wakeSignal.resolve();
  }

  async #runLoop(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      if (turn % 1000 === 0) this.#removeOld();
      this.#runDue();
      // Wakes when an execution starts or is answered, when a step ends, or after half a second.
      await Promise.race([this.#wakeSignal.promise, sleep(500, undefined, { ref: false })]);
      this.#wakeSignal = Promise.withResolvers();
    }
  }

  /** Resumes due executions that are not being worked on. Returns whether any is due. */
  #runDue(): boolean {
    if (!this.#ports) return false;
    const due = this.#state.query(SELECT_DUE_SQL, Clock.ms()).map(({ id }) => String(id));
    for (const id of due) if (!this.#queues.has(id)) this.#resumeExecution(id);
    return due.length > 0;
  }

  /** Lets a timer of an execution expire, or calls the steps that it waits for. */
  #resumeExecution(id: string): void {
    const stored = this.readExecution(id);
    if (!stored) return;
    const wake = nextWakeTime(stored.execution);
    // A failure has been logged and delayed by then.
    if (wake !== undefined && wake <= Clock.ms()) this.#applyEvent(id, { type: "tick" }).catch(() => undefined);
    else for (const task of listPendingTasks(stored.execution)) this.#startStep(stored.execution, task);
  }

  #startStep({ id, flow }: Execution, task: Task): void {
    const key = `${id} ${task.id}`;
    if (this.#calls.has(key) || this.#calls.size >= MAX_CONCURRENT_STEPS) return;
    const end = this.#invokeStep(flow, task)
      .then((event) => this.#applyEvent(id, event))
      .catch(() => undefined)
      .then(() => {
        this.#calls.delete(key);
        this.#wake();
      });
    this.#calls.set(key, end);
  }

  async #invokeStep(flow: string, { id: task, payload }: Task): Promise<FlowEvent> {
    try {
      const flowing = this.#flows.get(flow);
      if (!flowing || !this.#ports) throw Object.assign(new Error(`This release has no flow ${flow}`), { name: "FlowUnknown" });
      const output = await flowing.call(payload, this.#ports);
      return { type: "invoked", task, output: output ?? null };
    } catch (thrown) {
      const { name, message } = thrown instanceof Error ? thrown : { name: "Error", message: String(thrown) };
      this.#log.write("warn", "A step failed", { flow, error: thrown instanceof Error ? (thrown.stack ?? "") : message });
      // The same format as Lambda's.
      return { type: "threw", task, error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) };
    }
  }

  /** Applies an event to an execution. Returns whether the event had an effect. */
  #applyEvent(id: string, event: FlowEvent): Promise<boolean> {
    return this.#enqueue(id, async () => {
      const stored = this.readExecution(id);
      if (!stored) return false;
      try {
        const [{ advance }, machine] = [await loadInterpreter(), await this.#loadMachine(stored.definition)];
        const { execution, history, isApplied } = await advance(machine, stored.execution, event, Clock.ms());
        this.#state.runTransaction(() => this.#saveExecution(execution, history));
        return isApplied;
      } catch (error) {
        this.#log.write("error", "A flow cannot continue", {
          execution: id,
          error: error instanceof Error ? (error.stack ?? "") : "",
        });
        this.#state.execute("UPDATE flow_executions SET wake_at = ? WHERE id = ?", Clock.ms() + RETRY_DELAY_MS, id);
        throw error;
      }
    });
  }

  #enqueue<T>(id: string, work: () => Promise<T>): Promise<T> {
    const next = Promise.resolve(this.#queues.get(id)).then(work);
    const end = Promise.allSettled([next]).then(() => {
      if (this.#queues.get(id) === end) this.#queues.delete(id);
      this.#wake();
    });
    this.#queues.set(id, end);
    return next;
  }

  #saveExecution(execution: Execution, history: readonly HistoryEntry[]): void {
    const wake = listPendingTasks(execution).length > 0 ? 0 : nextWakeTime(execution);
    this.#state.execute("UPDATE flow_executions SET execution = ? WHERE id = ?", JSON.stringify(execution), execution.id);
    if (wake === undefined) this.#state.execute("UPDATE flow_executions SET wake_at = NULL WHERE id = ?", execution.id);
    else this.#state.execute("UPDATE flow_executions SET wake_at = ? WHERE id = ?", wake, execution.id);
    if (execution.ended_at !== undefined)
      this.#state.execute("UPDATE flow_executions SET ended_at = ? WHERE id = ?", execution.ended_at, execution.id);
    for (const entry of history)
      this.#state.execute("INSERT INTO flow_history VALUES (?, ?, ?)", execution.id, entry.id, JSON.stringify(entry));
  }

  async #loadMachine(hash: string): Promise<Machine> {
    const cachedMachine = this.#machines.get(hash);
    if (cachedMachine) return cachedMachine;
    const [row] = this.#state.query("SELECT definition FROM flow_definitions WHERE hash = ?", hash);
    const machine = (await loadSchemas()).Machine.parse(JSON.parse(String(row?.definition)));
    this.#machines.set(hash, machine);
    return machine;
  }

  /** Removes some of the executions that ended long ago. Returns whether there were any. */
  #removeOld(): boolean {
    const old = this.#state.query(SELECT_ENDED_SQL, Clock.ms() - RETENTION_MS).map(({ id }) => String(id));
    if (old.length === 0) return false;
    this.#state.runTransaction(() => {
      for (const id of old) {
        this.#state.execute("DELETE FROM flow_history WHERE execution = ?", id);
        this.#state.execute("DELETE FROM flow_executions WHERE id = ?", id);
      }
      this.#state.execute("DELETE FROM flow_definitions WHERE hash NOT IN (SELECT definition FROM flow_executions)");
    });
    return true;
  }
}

const formatInstant = (ms: number): string => new Date(ms).toISOString();

const toFlowRun = (execution: Execution | undefined): FlowRun | undefined =>
  execution && {
    status: execution.status,
    started_at: formatInstant(execution.started_at),
    ended_at: execution.ended_at === undefined ? null : formatInstant(execution.ended_at),
    error: execution.error ?? null,
    cause: execution.cause ?? null,
  };

const toFlowEntry = ({ at: time, type, state, error, cause }: HistoryEntry): FlowEntry => ({
  at: formatInstant(time),
  type,
  state: state ?? null,
  error: error ?? null,
  cause: cause ?? null,
});
