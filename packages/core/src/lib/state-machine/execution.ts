import { createHash, timingSafeEqual } from "node:crypto";
import type { Json } from "../../kernel/json.ts";
import type { Machine } from "./asl.ts";

/** One run of a flow, as it is kept between two things that happen to it: all of it is JSON. Times are milliseconds since the epoch. */
export interface Execution {
  readonly id: string;
  readonly flow: string;
  readonly name: string;
  readonly input: Json;
  /** From which its chance and its tokens are made. */
  readonly seed: string;
  readonly started_at: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT";
  output?: Json;
  error?: string;
  cause?: string;
  ended_at?: number;
  /** When it times out as a whole. */
  ends_at?: number;
  /** What is under way: one for the machine, one more for each branch and item that is. */
  frames: Frame[];
  /** Given to frames and tasks, each once. */
  numbers: number;
  /** How often chance was asked. */
  draws: number;
  /** Entries of its history so far. */
  events: number;
}

/** Where one line of states stands. */
export interface Frame {
  readonly id: number;
  readonly parent?: number;
  /** Its place among the branches or items of the state around it. */
  readonly index: number;
  /** The way to its states in the definition: of each state around them, its name and which of its branches. */
  readonly path: readonly { readonly state: string; readonly branch: number }[];
  /** What a Map's item is called in the context. */
  readonly item?: { readonly Index: number; readonly Value: Json };
  /** Those of its own scope. */
  variables: Record<string, Json>;
  state: string;
  input: Json;
  entered_at: number;
  /** How often each retrier of the state was used. */
  tries: number[];
  phase: Phase;
}

export type Phase =
  | { readonly is: "ready" }
  | { readonly is: "waiting" | "retrying"; readonly until: number }
  | { readonly is: "task"; readonly task: Task }
  | { readonly is: "children"; readonly results: Json[]; left: number; next: number; readonly items?: readonly Json[] };

export interface Task {
  readonly id: number;
  /** What its step is called with. */
  readonly payload: Json;
  /** Whether it ends when its token is answered, and not already with its step. */
  readonly waits: boolean;
  /** Whether its step has come to its end. */
  isInvoked: boolean;
  readonly until?: number;
  readonly heartbeat?: { readonly every: number; until: number };
}

/** What happened in an execution, by the names of Step Functions. No values: those are for states alone. */
export interface HistoryEntry {
  /** From 1, without gaps. */
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** What is told of a task, named by its number: by its step (once or more, and late), or by who has its token. */
export type TaskReport =
  | { readonly type: "invoked"; readonly task: number; readonly output: Json }
  | { readonly type: "succeed"; readonly task: number; readonly output: Json }
  | { readonly type: "threw" | "fail"; readonly task: number; readonly error: string; readonly cause: string }
  | { readonly type: "heartbeat"; readonly task: number };

/** What happens to an execution. */
export type FlowEvent = TaskReport | { readonly type: "start" | "tick" };

/** An execution before its start. */
export const createExecution = (
  machine: Machine,
  about: Pick<Execution, "id" | "flow" | "name" | "input" | "seed" | "started_at">,
): Execution => ({
  ...about,
  status: "RUNNING",
  ...(machine.TimeoutSeconds === undefined ? {} : { ends_at: about.started_at + machine.TimeoutSeconds * 1000 }),
  frames: [],
  numbers: 0,
  draws: 0,
  events: 0,
});

export const isRunning = ({ status }: Pick<Execution, "status">): boolean => status === "RUNNING";

/** The frame of the state around. */
export const findParent = ({ frames }: Execution, { parent }: Frame): Frame | undefined => frames.find(({ id }) => id === parent);

/** When a frame goes on by itself. */
export function frameDeadline({ phase }: Frame): number | undefined {
  if (phase.is === "waiting" || phase.is === "retrying") return phase.until;
  if (phase.is !== "task") return undefined;
  const { until, heartbeat } = phase.task;
  return until === undefined || heartbeat === undefined ? (until ?? heartbeat?.until) : Math.min(until, heartbeat.until);
}

/** When an execution goes on by itself: 0 where it can at once, nothing where it waits for others alone. */
export function nextWakeTime({ frames, ends_at }: Execution): number | undefined {
  if (frames.length === 0) return undefined;
  if (frames.some(({ phase }) => phase.is === "ready")) return 0;
  const all = [ends_at, ...frames.map(frameDeadline)].filter((each) => each !== undefined);
  return all.length > 0 ? Math.min(...all) : undefined;
}

/** The tasks whose steps are to be called. */
export const listPendingTasks = ({ frames }: Execution): Task[] =>
  frames.flatMap(({ phase }) => (phase.is === "task" && !phase.task.isInvoked ? [phase.task] : []));

const computeTokenProof = (seed: string, task: number): Buffer => createHash("sha256").update(`${seed} token ${task}`).digest();

/** By which somebody answers a task: nobody can make one up. */
export const buildTaskToken = ({ id, seed }: Execution, task: number): string =>
  [Buffer.from(id).toString("base64url"), task, computeTokenProof(seed, task).toString("base64url")].join(".");

/** The execution and the task that a token speaks of, before it is known to be one. */
export function parseTaskToken(token: string): { execution: string; task: number } | undefined {
  const [id = "", task = "", proof] = token.split(".");
  return id && proof && /^\d{1,15}$/.test(task)
    ? { execution: Buffer.from(id, "base64url").toString(), task: Number(task) }
    : undefined;
}

/** Whether this execution gave out the token. */
export function isIssuedToken(execution: Execution, token: string): boolean {
  const task = parseTaskToken(token)?.task;
  const [given, own] = [Buffer.from(token), Buffer.from(task === undefined ? "" : buildTaskToken(execution, task))];
  return given.length === own.length && timingSafeEqual(given, own) && task !== undefined && task < execution.numbers;
}
