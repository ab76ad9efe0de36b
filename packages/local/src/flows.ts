import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Machine } from "@crm/core/flow/asl.ts";
import {
  type Execution,
  type FlowEvent,
  gaveOut,
  type HistoryEntry,
  newExecution,
  pendingOf,
  spokenOf,
  type Task,
  wakeOf,
} from "@crm/core/flow/execution.ts";
import { MOST_BYTES } from "@crm/core/flow/values.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { FlowAnswer, FlowEntry, FlowRun, Flows, Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Flowing } from "@crm/functions/flow/index.ts";
import type { State } from "./state.ts";

export interface FlowRunner {
  readonly port: Flows;
  /** Says with which ports steps work; none is called before. */
  connect(ports: Ports): void;
  /** Goes on by itself from now on. */
  start(): void;
  /** Works off what is due; whether there was anything. */
  settle(): Promise<boolean>;
  stop(): Promise<void>;
}

const TABLES = [
  // Each execution goes on by the definition with which it began, whatever a newer release says.
  "CREATE TABLE IF NOT EXISTS flow_definitions (hash TEXT PRIMARY KEY, definition TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS flow_executions (
    id TEXT PRIMARY KEY, definition TEXT NOT NULL, execution TEXT NOT NULL, wake_at INTEGER, ended_at INTEGER)`,
  "CREATE INDEX IF NOT EXISTS flow_executions_due ON flow_executions (wake_at) WHERE wake_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS flow_executions_ended ON flow_executions (ended_at) WHERE ended_at IS NOT NULL",
  `CREATE TABLE IF NOT EXISTS flow_history (
    execution TEXT NOT NULL, id INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID`,
];

const DUE = "SELECT id FROM flow_executions WHERE wake_at <= ? ORDER BY wake_at LIMIT 200";
const OLD = "SELECT id FROM flow_executions WHERE ended_at < ? ORDER BY ended_at LIMIT 100";

/** Steps under way at a time. */
const SIDE_BY_SIDE = 20;
/** Entries of a history that are read at a time. */
const PAGE = 100;
/** Executions that have ended are kept for as long as Step Functions keeps them, in milliseconds. */
const KEPT = 90 * 24 * 60 * 60 * 1000;
/** How long an execution rests that cannot be gone on with at all, in milliseconds. */
const REST = 60_000;

/** A server in which no flow runs does without. */
const interpreter = () => import("@crm/core/flow/interpret.ts");
const schemas = () => import("@crm/core/flow/asl.ts");

const idOf = (flow: string, name: string): string => `${flow}.${name}`;

/**
 * Runs flows as Step Functions does: each execution in the folder's SQLite file, read, brought to its next state by the interpreter,
 * and written with its history in one transaction. So a kill loses nothing that was answered, and a step that was under way is
 * called again, by the same token. Time is the clock that everything uses.
 */
export function localFlows(state: State, flows: readonly Flowing[], log: Log): FlowRunner {
  for (const table of TABLES) state.run(table);
  const runner = new Runner(state, flows, log);
  return {
    port: {
      start: (flow, name, input) => runner.begin(flow, name, input),
      succeed: (token, output) => runner.answer(token, (task) => ({ type: "succeed", task, output })),
      fail: (token, error, cause) => runner.answer(token, (task) => ({ type: "fail", task, error, cause })),
      heartbeat: (token) => runner.answer(token, (task) => ({ type: "heartbeat", task })),
      history: {
        read: async (flow, name) => runOf(runner.stored(idOf(flow, name))?.execution),
        events: async (flow, name, cursor) => runner.events(idOf(flow, name), cursor),
      },
    },
    connect: (ports) => runner.connect(ports),
    start: () => runner.start(),
    settle: () => runner.settle(),
    stop: () => runner.stop(),
  };
}

interface Stored {
  readonly execution: Execution;
  readonly definition: string;
}

class Runner {
  readonly #state: State;
  readonly #flows: ReadonlyMap<string, Flowing>;
  readonly #log: Log;
  #ports: Ports | undefined;
  #stopped = false;
  #alarm = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;
  /** The end of what was asked for last, of each execution: one thing at a time happens to it. */
  readonly #queues = new Map<string, Promise<unknown>>();
  /** The calls of steps under way, by execution and task. */
  readonly #calls = new Map<string, Promise<void>>();
  /** Machines by the hash of their definition. */
  readonly #machines = new Map<string, Machine>();

  constructor(state: State, flows: readonly Flowing[], log: Log) {
    this.#state = state;
    this.#flows = new Map(flows.map((each) => [each.name, each]));
    this.#log = log;
  }

  connect(ports: Ports): void {
    this.#ports = ports;
  }

  async begin(flow: string, name: string, input: Json): Promise<void> {
    const flowing = this.#flows.get(flow);
    if (!flowing) throw new Error(`No domain declares a flow ${flow}`);
    if (Buffer.byteLength(JSON.stringify(input)) > MOST_BYTES)
      throw new Error(`The input of ${name} has more than ${MOST_BYTES} bytes`);
    const definition = JSON.stringify(await flowing.flow.machine());
    const hash = createHash("sha256").update(definition).digest("hex");
    const id = idOf(flow, name);
    await this.#queued(id, async () => {
      if (this.stored(id)) return;
      const about = { id, flow, name, input, seed: randomUUID(), started_at: Clock.ms() };
      const machine = (await schemas()).Machine.parse(JSON.parse(definition));
      const { advance } = await interpreter();
      const { execution, history } = await advance(machine, newExecution(machine, about), { type: "start" }, Clock.ms());
      this.#state.atomically(() => {
        this.#state.run("INSERT OR IGNORE INTO flow_definitions VALUES (?, ?)", hash, definition);
        this.#state.run("INSERT INTO flow_executions (id, definition, execution) VALUES (?, ?, '')", id, hash);
        this.#write(execution, history);
      });
    });
    this.#rouse();
  }

  async answer(token: string, event: (task: number) => FlowEvent): Promise<FlowAnswer> {
    const spoken = spokenOf(token);
    const stored = spoken && this.stored(spoken.execution);
    if (!spoken || !stored || !gaveOut(stored.execution, token)) return "unknown";
    return (await this.#tell(spoken.execution, event(spoken.task))) ? "accepted" : "ended";
  }

  stored(id: string): Stored | undefined {
    const [row] = this.#state.all("SELECT execution, definition FROM flow_executions WHERE id = ?", id);
    return row && { execution: JSON.parse(String(row.execution)) as Execution, definition: String(row.definition) };
  }

  events(id: string, cursor = "0"): { events: FlowEntry[]; next: string | null } {
    const rows = this.#state.all(
      "SELECT entry FROM flow_history WHERE execution = ? AND id > ? ORDER BY id LIMIT ?",
      id,
      Number(cursor) || 0,
      PAGE,
    );
    const entries = rows.map(({ entry }) => JSON.parse(String(entry)) as HistoryEntry);
    return { events: entries.map(entryOf), next: entries.length === PAGE ? String(entries.at(-1)?.id) : null };
  }

  start(): void {
    this.#loop ??= this.#goOn();
  }

  async settle(): Promise<boolean> {
    let worked = this.#trim();
    while (!this.#stopped && this.#turn()) {
      worked = true;
      await Promise.all([...this.#queues.values(), ...this.#calls.values()]);
    }
    return worked;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rouse();
    await this.#loop;
    await Promise.all(this.#calls.values());
    await Promise.all(this.#queues.values());
  }

  #rouse(): void {
    this.#alarm.resolve();
  }

  async #goOn(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      if (turn % 1000 === 0) this.#trim();
      this.#turn();
      // Somebody begins or answers something, a step ends, or time passes.
      await Promise.race([this.#alarm.promise, sleep(500, undefined, { ref: false })]);
      this.#alarm = Promise.withResolvers();
    }
  }

  /** Begins what is due and not under way; whether there is anything due. */
  #turn(): boolean {
    if (!this.#ports) return false;
    const due = this.#state.all(DUE, Clock.ms()).map(({ id }) => String(id));
    for (const id of due) if (!this.#queues.has(id)) this.#goOnWith(id);
    return due.length > 0;
  }

  /** Lets time pass in an execution, or calls the steps that it waits for. */
  #goOnWith(id: string): void {
    const stored = this.stored(id);
    if (!stored) return;
    const wake = wakeOf(stored.execution);
    // What cannot go on is in the log by then, and rests.
    if (wake !== undefined && wake <= Clock.ms()) this.#tell(id, { type: "tick" }).catch(() => undefined);
    else for (const task of pendingOf(stored.execution)) this.#call(stored.execution, task);
  }

  #call({ id, flow }: Execution, task: Task): void {
    const key = `${id} ${task.id}`;
    if (this.#calls.has(key) || this.#calls.size >= SIDE_BY_SIDE) return;
    const end = this.#called(flow, task)
      .then((event) => this.#tell(id, event))
      .catch(() => undefined)
      .then(() => {
        this.#calls.delete(key);
        this.#rouse();
      });
    this.#calls.set(key, end);
  }

  async #called(flow: string, { id: task, payload }: Task): Promise<FlowEvent> {
    try {
      const flowing = this.#flows.get(flow);
      if (!flowing || !this.#ports) throw Object.assign(new Error(`This release has no flow ${flow}`), { name: "FlowUnknown" });
      const output = await flowing.call(payload, this.#ports);
      return { type: "invoked", task, output: output ?? null };
    } catch (thrown) {
      const { name, message } = thrown instanceof Error ? thrown : { name: "Error", message: String(thrown) };
      this.#log.write("warn", "A step failed", { flow, error: thrown instanceof Error ? (thrown.stack ?? "") : message });
      // As Lambda words it.
      return { type: "threw", task, error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) };
    }
  }

  /** Lets something happen to an execution; whether it could still have an effect. */
  #tell(id: string, event: FlowEvent): Promise<boolean> {
    return this.#queued(id, async () => {
      const stored = this.stored(id);
      if (!stored) return false;
      try {
        const [{ advance }, machine] = [await interpreter(), await this.#machine(stored.definition)];
        const { execution, history, taken } = await advance(machine, stored.execution, event, Clock.ms());
        this.#state.atomically(() => this.#write(execution, history));
        return taken;
      } catch (error) {
        this.#log.write("error", "A flow cannot go on", {
          execution: id,
          error: error instanceof Error ? (error.stack ?? "") : "",
        });
        this.#state.run("UPDATE flow_executions SET wake_at = ? WHERE id = ?", Clock.ms() + REST, id);
        throw error;
      }
    });
  }

  #queued<T>(id: string, work: () => Promise<T>): Promise<T> {
    const next = Promise.resolve(this.#queues.get(id)).then(work);
    const end = Promise.allSettled([next]).then(() => {
      if (this.#queues.get(id) === end) this.#queues.delete(id);
      this.#rouse();
    });
    this.#queues.set(id, end);
    return next;
  }

  #write(execution: Execution, history: readonly HistoryEntry[]): void {
    const wake = pendingOf(execution).length > 0 ? 0 : wakeOf(execution);
    this.#state.run("UPDATE flow_executions SET execution = ? WHERE id = ?", JSON.stringify(execution), execution.id);
    if (wake === undefined) this.#state.run("UPDATE flow_executions SET wake_at = NULL WHERE id = ?", execution.id);
    else this.#state.run("UPDATE flow_executions SET wake_at = ? WHERE id = ?", wake, execution.id);
    if (execution.ended_at !== undefined)
      this.#state.run("UPDATE flow_executions SET ended_at = ? WHERE id = ?", execution.ended_at, execution.id);
    for (const entry of history)
      this.#state.run("INSERT INTO flow_history VALUES (?, ?, ?)", execution.id, entry.id, JSON.stringify(entry));
  }

  async #machine(hash: string): Promise<Machine> {
    const known = this.#machines.get(hash);
    if (known) return known;
    const [row] = this.#state.all("SELECT definition FROM flow_definitions WHERE hash = ?", hash);
    const machine = (await schemas()).Machine.parse(JSON.parse(String(row?.definition)));
    this.#machines.set(hash, machine);
    return machine;
  }

  /** Forgets some of what ended long ago; whether there was any. */
  #trim(): boolean {
    const old = this.#state.all(OLD, Clock.ms() - KEPT).map(({ id }) => String(id));
    if (old.length === 0) return false;
    this.#state.atomically(() => {
      for (const id of old) {
        this.#state.run("DELETE FROM flow_history WHERE execution = ?", id);
        this.#state.run("DELETE FROM flow_executions WHERE id = ?", id);
      }
      this.#state.run("DELETE FROM flow_definitions WHERE hash NOT IN (SELECT definition FROM flow_executions)");
    });
    return true;
  }
}

const instant = (ms: number): string => new Date(ms).toISOString();

const runOf = (execution: Execution | undefined): FlowRun | undefined =>
  execution && {
    status: execution.status,
    started_at: instant(execution.started_at),
    ended_at: execution.ended_at === undefined ? null : instant(execution.ended_at),
    error: execution.error ?? null,
    cause: execution.cause ?? null,
  };

const entryOf = ({ at, type, state, error, cause }: HistoryEntry): FlowEntry => ({
  at: instant(at),
  type,
  state: state ?? null,
  error: error ?? null,
  cause: cause ?? null,
});
