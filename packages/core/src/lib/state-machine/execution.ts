import { createHash, timingSafeEqual } from "node:crypto";
import type { Json } from "../../kernel/json.ts";
import type { Machine } from "./asl.ts";

/** One run of a flow, as it is stored between two events. It consists of JSON only; times are milliseconds since the epoch. */
export interface Execution {
  readonly id: string;
  readonly flow: string;
  readonly name: string;
  readonly input: Json;
  /** Random numbers and tokens are derived from it. */
  readonly seed: string;
  readonly started_at: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT";
  output?: Json;
  error?: string;
  cause?: string;
  ended_at?: number;
  /** When the whole execution times out. */
  ends_at?: number;
  /** The active frames: one for the machine, and one more for each active branch and item. */
  frames: Frame[];
  /** The next number for frames and tasks; each number is used once. */
  numbers: number;
  /** How many random numbers were drawn. */
  draws: number;
  /** The number of history entries so far. */
  events: number;
}

/** The position in one sequence of states: the machine, a branch or a Map item. */
export interface Frame {
  readonly id: number;
  readonly parent?: number;
  /** Its index among the branches or items of the parent state. */
  readonly index: number;
  /** The path to its states in the definition: for each parent state, its name and the index of the branch. */
  readonly path: readonly { readonly state: string; readonly branch: number }[];
  /** The item of a Map, as it appears in the context object. */
  readonly item?: { readonly Index: number; readonly Value: Json };
  /** The variables of its own scope. */
  variables: Record<string, Json>;
  state: string;
  input: Json;
  entered_at: number;
  /** How often each retrier of the state was used. */
  tries: number[];
  phase: Phase;
}

type Phase =
  | { readonly is: "ready" }
  | { readonly is: "waiting" | "retrying"; readonly until: number }
  | { readonly is: "task"; readonly task: Task }
  | { readonly is: "children"; readonly results: Json[]; left: number; next: number; readonly items?: readonly Json[] };

export interface Task {
  readonly id: number;
  /** The input of its step. */
  readonly payload: Json;
  /** Whether it ends when its token is answered, rather than with its step. */
  readonly waits: boolean;
  /** Whether its step has finished. */
  isInvoked: boolean;
  readonly until?: number;
  readonly heartbeat?: { readonly every: number; until: number };
}

/** A history entry, with the names of Step Functions. It contains no values, because only states may see them. */
export interface HistoryEntry {
  /** Counted from 1, without gaps. */
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** A report about a task, identified by its number: from its step (possibly repeated or late), or from the holder of its token. */
export type TaskReport =
  | { readonly type: "invoked"; readonly task: number; readonly output: Json }
  | { readonly type: "succeed"; readonly task: number; readonly output: Json }
  | { readonly type: "threw" | "fail"; readonly task: number; readonly error: string; readonly cause: string }
  | { readonly type: "heartbeat"; readonly task: number };

/** An event that advances an execution. */
export type FlowEvent = TaskReport | { readonly type: "start" | "tick" };

/** Creates an execution that has not started. */
export const createExecution = (
  machine: Machine,
  startFields: Pick<Execution, "id" | "flow" | "name" | "input" | "seed" | "started_at">,
): Execution => ({
  ...startFields,
  status: "RUNNING",
  ...(machine.TimeoutSeconds === undefined ? {} : { ends_at: startFields.started_at + machine.TimeoutSeconds * 1000 }),
  frames: [],
  numbers: 0,
  draws: 0,
  events: 0,
});

export const isRunning = ({ status }: Pick<Execution, "status">): boolean => status === "RUNNING";

/** Returns the frame of the parent state. */
export const findParent = ({ frames }: Execution, { parent }: Frame): Frame | undefined => frames.find(({ id }) => id === parent);

/** Returns when a frame continues without an event; undefined if it does not. */
export function frameDeadline({ phase }: Frame): number | undefined {
  if (phase.is === "waiting" || phase.is === "retrying") return phase.until;
  if (phase.is !== "task") return undefined;
  const { until, heartbeat } = phase.task;
  return until === undefined || heartbeat === undefined ? (until ?? heartbeat?.until) : Math.min(until, heartbeat.until);
}

/** Returns when an execution continues without an event: 0 if it can at once, undefined if it only waits for reports. */
export function nextWakeTime({ frames, ends_at }: Execution): number | undefined {
  if (frames.length === 0) return undefined;
  if (frames.some(({ phase }) => phase.is === "ready")) return 0;
  const all = [ends_at, ...frames.map(frameDeadline)].filter((time) => time !== undefined);
  return all.length > 0 ? Math.min(...all) : undefined;
}

/** Returns the tasks whose steps must be called. */
export const listPendingTasks = ({ frames }: Execution): Task[] =>
  frames.flatMap(({ phase }) => (phase.is === "task" && !phase.task.isInvoked ? [phase.task] : []));

const computeTokenProof = (seed: string, task: number): Buffer => createHash("sha256").update(`${seed} token ${task}`).digest();

/** Builds the token with which a task is answered; it cannot be guessed. */
export const buildTaskToken = ({ id, seed }: Execution, task: number): string =>
  [Buffer.from(id).toString("base64url"), task, computeTokenProof(seed, task).toString("base64url")].join(".");

/** Returns the execution and task that a token names, before it is verified. */
export function parseTaskToken(token: string): { execution: string; task: number } | undefined {
  const [id = "", task = "", proof] = token.split(".");
  return id && proof && /^\d{1,15}$/.test(task)
    ? { execution: Buffer.from(id, "base64url").toString(), task: Number(task) }
    : undefined;
}

/** Whether this execution issued the token. */
export function isIssuedToken(execution: Execution, token: string): boolean {
  const task = parseTaskToken(token)?.task;
  const [tokenBytes, expectedBytes] = [
    Buffer.from(token),
    Buffer.from(task === undefined ? "" : buildTaskToken(execution, task)),
  ];
  return (
    tokenBytes.length === expectedBytes.length &&
    timingSafeEqual(tokenBytes, expectedBytes) &&
    task !== undefined &&
    task < execution.numbers
  );
}
