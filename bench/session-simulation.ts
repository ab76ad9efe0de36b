import type { Client } from "@crm/aws/client.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { createSeededRandom, type Random } from "../test/support/random.ts";

/** Opens the session of a role and a tenant, as the adapter of a process does. */
type OpenSession = (role: string, tenant: string) => Promise<unknown>;

/** What a process gets from the simulation: an STS, and a wait in virtual time. */
export interface SimulatedAws {
  sts: Client;
  wait(ms: number): Promise<void>;
  random: Random;
}

export interface SimulationOptions {
  tenants: number;
  /** How requests spread over tenants: the n-th tenant has a share of 1/n (`zipf`), or all have the same (`even`). */
  distribution: "zipf" | "even";
  requestsPerSecond: number;
  /** All processes are new at the beginning, as after a deployment. Requests count after the warm-up. */
  warmUpSeconds: number;
  measuredSeconds: number;
  /** Which idle process gets a request: any (the default), or the one that was used last. AWS does not publish its choice. */
  placement?: "random" | "recent";
  /** Calls of AssumeRole a second that STS answers; by default the quota of an account and region. */
  quota?: number;
  seed?: number;
  /** Creates the sessions of one process. */
  startProcess(aws: SimulatedAws): OpenSession;
  /** The roles that a request needs for its tenant. */
  rolesPerRequest?: readonly string[];
}

/** Counts of a part of the simulated time. */
export interface Period {
  seconds: number;
  requests: number;
  /** Requests that waited for a session. */
  waiting: number;
  /** Requests that failed because they got no session. */
  refused: number;
  /** Calls of AssumeRole that STS answered with a session, and those that it refused. */
  sessions: number;
  throttled: number;
  /** Milliseconds for which requests waited, by the number of requests. Its last element also counts longer waits. */
  waits: Uint32Array;
}

export interface SimulationResult {
  /** The first minute, with new processes. */
  start: Period;
  /** After the warm-up. */
  steady: Period;
  processes: number;
  /** Sessions of the process that has most, without a bound. */
  largestProcess: number;
}

const STS_CALLS_PER_SECOND = 600;
const STS_LATENCY_MS = { min: 20, max: 40 };
const STS_REFUSAL_MS = 10;

/** The time of a request without sessions. */
const REQUEST_MS = 50;
/** Request functions. The n-th has a share of 1/n of the requests. */
const FUNCTIONS = 47;
/** Lambda ends a process that gets no request for this long, and any process after two hours. AWS publishes neither figure. */
const MAX_IDLE_MS = 10 * 60 * 1000;
const MAX_AGE_MS = 2 * 60 * 60 * 1000;

const START_SECONDS = 60;
const MAX_WAIT_MS = 30_000;

/** Runs requests of many tenants on processes with real session caches, in virtual time and with a simulated STS. */
export async function simulateSessions(options: SimulationOptions): Promise<SimulationResult> {
  const random = createSeededRandom(options.seed ?? 1);
  // The first numbers of the generator depend on its seed alone.
  for (let skipped = 0; skipped < 100; skipped++) random();
  const time = new VirtualTime();
  Clock.set(() => time.now);
  try {
    return await new Simulation(options, time, random).run();
  } finally {
    Clock.set();
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #pickTenant: () => number;
  readonly #pickFunction: () => number;
  readonly #idle: Process[][] = Array.from({ length: FUNCTIONS }, () => []);
  #live = 0;
  #largest = 0;
  /** Calls of AssumeRole that STS has not answered yet, or whose retry waits. */
  #calls = 0;
  readonly #quota: number;
  #tokens: number;
  #filledAt = 0;
  #period: Period;

  constructor(options: SimulationOptions, time: VirtualTime, random: Random) {
    this.#options = options;
    this.#time = time;
    this.#random = random;
    this.#quota = options.quota ?? STS_CALLS_PER_SECOND;
    this.#tokens = this.#quota;
    this.#pickTenant = createPicker(options.tenants, options.distribution, random);
    this.#pickFunction = createPicker(FUNCTIONS, "zipf", random);
    this.#period = createPeriod(START_SECONDS);
  }

  async run(): Promise<SimulationResult> {
    const { warmUpSeconds, measuredSeconds } = this.#options;
    const start = this.#period;
    this.#scheduleArrival();
    await this.#time.runUntil(START_SECONDS * 1000);
    this.#period = createPeriod(warmUpSeconds - START_SECONDS);
    await this.#time.runUntil(warmUpSeconds * 1000);
    const steady = createPeriod(measuredSeconds);
    this.#period = steady;
    await this.#time.runUntil((warmUpSeconds + measuredSeconds) * 1000);
    return { start, steady, processes: this.#live, largestProcess: this.#largest };
  }

  #scheduleArrival(): void {
    const pause = (-Math.log(1 - this.#random()) / this.#options.requestsPerSecond) * 1000;
    this.#time.schedule(pause, () => {
      this.#scheduleArrival();
      return this.#serve(this.#pickFunction(), this.#pickTenant());
    });
  }

  /** Serves a request, and returns whether promises must settle before the next event. */
  #serve(functionIndex: number, tenant: number): boolean {
    const process = this.#takeProcess(functionIndex);
    const period = this.#period;
    const arrivedAt = this.#time.now;
    period.requests++;
    const release = (): void => {
      this.#time.schedule(REQUEST_MS, () => {
        process.usedAt = this.#time.now;
        this.#idle[functionIndex]?.push(process);
        return false;
      });
    };
    process.note(tenant);
    this.#largest = Math.max(this.#largest, process.tenantCount);
    const before = this.#calls;
    const opened = this.#openSessions(process, functionIndex, tenant);
    if (this.#calls === before) {
      period.waits[0] = (period.waits[0] ?? 0) + 1;
      release();
      return false;
    }
    period.waiting++;
    const finish = (): void => {
      const index = Math.min(MAX_WAIT_MS, Math.round(this.#time.now - arrivedAt));
      period.waits[index] = (period.waits[index] ?? 0) + 1;
      release();
    };
    opened.then(finish, () => {
      period.refused++;
      finish();
    });
    return true;
  }

  async #openSessions(process: Process, functionIndex: number, tenant: number): Promise<void> {
    if (!process.isAuthenticating) {
      process.isAuthenticating = true;
      await process.open("authentication", "none");
    }
    for (const role of this.#options.rolesPerRequest ?? ["tenant"]) {
      const before = this.#calls;
      const opened = process.open(`${role}-${functionIndex}`, `ten_${tenant}`);
      if (this.#calls !== before) await opened;
    }
  }

  #takeProcess(functionIndex: number): Process {
    const idle = this.#idle[functionIndex] as Process[];
    while (idle.length > 0) {
      const index = this.#options.placement === "recent" ? idle.length - 1 : Math.floor(this.#random() * idle.length);
      const process = idle[index] as Process;
      idle[index] = idle.at(-1) as Process;
      idle.pop();
      const { now } = this.#time;
      if (now - process.usedAt < MAX_IDLE_MS && now - process.startedAt < MAX_AGE_MS) return process;
      this.#live--;
    }
    this.#live++;
    return new Process(this.#options, this.#time.now, {
      sts: { send: () => this.#assumeRole() },
      wait: (ms) => this.#time.wait(ms),
      random: this.#random,
    });
  }

  /** Answers like STS: a session after 20 to 40 ms, or a refusal if the account has made too many calls. */
  async #assumeRole(): Promise<unknown> {
    this.#calls++;
    const { now } = this.#time;
    this.#tokens = Math.min(this.#quota, this.#tokens + ((now - this.#filledAt) / 1000) * this.#quota);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      this.#period.throttled++;
      await this.#time.wait(STS_REFUSAL_MS);
      throw Object.assign(new Error("Rate exceeded"), { name: "Throttling" });
    }
    this.#tokens--;
    this.#period.sessions++;
    await this.#time.wait(STS_LATENCY_MS.min + this.#random() * (STS_LATENCY_MS.max - STS_LATENCY_MS.min));
    const Expiration = new Date(this.#time.now + 60 * 60 * 1000);
    return { Credentials: { AccessKeyId: "id", SecretAccessKey: "secret", SessionToken: "token", Expiration } };
  }
}

/** A process of a function. It serves one request at a time. */
class Process {
  readonly open: OpenSession;
  readonly startedAt: number;
  usedAt: number;
  isAuthenticating = false;
  tenantCount = 0;
  readonly #tenants: Uint8Array;

  constructor({ tenants, startProcess }: SimulationOptions, now: number, aws: SimulatedAws) {
    this.open = startProcess(aws);
    this.startedAt = now;
    this.usedAt = now;
    this.#tenants = new Uint8Array(tenants);
  }

  note(tenant: number): void {
    this.tenantCount += 1 - (this.#tenants[tenant] ?? 0);
    this.#tenants[tenant] = 1;
  }
}

/** Returns a function that picks a number below `count`. */
function createPicker(count: number, distribution: SimulationOptions["distribution"], random: Random): () => number {
  if (distribution === "even") return () => Math.floor(random() * count);
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    sum += 1 / (index + 1);
    sums[index] = sum;
  }
  return () => {
    const target = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

const createPeriod = (seconds: number): Period => ({
  seconds,
  requests: 0,
  waiting: 0,
  refused: 0,
  sessions: 0,
  throttled: 0,
  waits: new Uint32Array(MAX_WAIT_MS + 1),
});

/** Returns a quantile of the added milliseconds of all requests of a period. */
export function waitQuantile({ waits }: Period, q: number): number {
  const total = waits.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [ms, count] of waits.entries()) {
    seen += count;
    if (seen >= q * total) return ms;
  }
  return 0;
}

interface ScheduledEvent {
  time: number;
  /** Returns whether promises must settle before the next event. */
  run(): boolean;
}

/** A clock that jumps from event to event, in a binary heap. */
class VirtualTime {
  now = 0;
  readonly #heap: ScheduledEvent[] = [];

  schedule(ms: number, run: () => boolean): void {
    const heap = this.#heap;
    const event = { time: this.now + ms, run };
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((heap[parent] as ScheduledEvent).time <= event.time) break;
      heap[index] = heap[parent] as ScheduledEvent;
      index = parent;
    }
    heap[index] = event;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(ms, () => {
        resolve();
        return true;
      });
    });
  }

  async runUntil(end: number): Promise<void> {
    while (this.#heap.length > 0 && (this.#heap[0] as ScheduledEvent).time <= end) {
      const event = this.#takeFirst();
      this.now = event.time;
      if (event.run()) await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = end;
  }

  #takeFirst(): ScheduledEvent {
    const heap = this.#heap;
    const first = heap[0] as ScheduledEvent;
    const last = heap.pop() as ScheduledEvent;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as ScheduledEvent).time < (heap[child] as ScheduledEvent).time) child++;
      if ((heap[child] as ScheduledEvent).time >= last.time) break;
      heap[index] = heap[child] as ScheduledEvent;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
