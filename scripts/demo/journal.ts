import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Transport, WireResponse } from "@crm/functions/derive/client.ts";
import { Refusal } from "@crm/local/store/state.ts";

/** The start of a demo. A resumed run reads it, so that it plans the same actions. */
export interface DemoStart {
  /** The server's time in milliseconds. */
  readonly now: number;
  /** The server's clock minus the machine's, in milliseconds. */
  readonly ahead: number;
  readonly leads: number;
}

interface JournalEntry {
  readonly key: string;
  readonly value: unknown;
}

/**
 * The finished steps of a demo, in a file of JSON lines: the start, then an entry for each step. A later run plans the same actions, takes the
 * results of finished steps from the journal, and repeats the interrupted requests with the same idempotency key.
 */
export class DemoJournal {
  readonly start: DemoStart;
  readonly #file: string;
  readonly #entries: Map<string, unknown>;

  private constructor(file: string, start: DemoStart, entries: readonly JournalEntry[]) {
    this.start = start;
    this.#file = file;
    this.#entries = new Map(entries.map(({ key, value }) => [key, value]));
  }

  static begin(file: string, start: DemoStart): DemoJournal {
    writeFileSync(file, `${JSON.stringify(start)}\n`, { mode: 0o600 });
    return new DemoJournal(file, start, []);
  }

  /** Opens the journal of an earlier run; returns undefined without one. */
  static resume(file: string): DemoJournal | undefined {
    if (!existsSync(file)) return undefined;
    const text = readFileSync(file, "utf8");
    // If the run was killed while it wrote a line, that line is incomplete: its step is done again.
    const complete = text.slice(0, text.lastIndexOf("\n") + 1);
    if (complete !== text) writeFileSync(file, complete);
    const [start, ...entries] = complete.split("\n").slice(0, -1);
    if (start === undefined) return undefined;
    return new DemoJournal(
      file,
      JSON.parse(start) as DemoStart,
      entries.map((line) => JSON.parse(line) as JournalEntry),
    );
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Returns the result of a step: from an earlier run, or by doing the work now. */
  async runOnce<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#entries.has(key)) return this.#entries.get(key) as T;
    const value = (await work()) ?? null;
    this.#entries.set(key, value);
    appendFileSync(this.#file, `${JSON.stringify({ key, value })}\n`);
    return value as T;
  }

  /** Returns a transport whose requests are steps. Requests are numbered in their order, which must be the same in each run of a scope. */
  transport(scope: string, live: () => Transport): Transport {
    const keyed = keyedTransport(scope, live);
    let count = 0;
    return async (request) => {
      const key = `${scope}/${count++}`;
      const requestLine = `${request.method} ${request.path}`;
      const done = await this.runOnce(key, async (): Promise<WireResponse & { asked: string }> => {
        const answer = await keyed(request, key);
        if (answer.status >= 400) throw new UnfinishedStep(answer);
        return { asked: requestLine, status: answer.status, headers: {}, body: answer.body };
      }).catch((error: unknown) => {
        if (error instanceof UnfinishedStep) return { ...error.answer, asked: requestLine };
        throw error;
      });
      if (done.asked === requestLine) return done;
      throw new Refusal("The demo was started by another release. Create another tenant with --slug.");
    };
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** A response with an error. It is not stored in the journal, so the step is tried again. */
class UnfinishedStep extends Error {
  readonly answer: WireResponse;

  constructor(answer: WireResponse) {
    super(`Answered with ${answer.status}`);
    this.answer = answer;
  }
}

/** Sends each request with an idempotency key of the scope and the request's number, so that a repeat has no second effect. */
export function keyedTransport(
  scope: string,
  live: () => Transport,
): (...request: [...Parameters<Transport>, key?: string]) => ReturnType<Transport> {
  let count = 0;
  return (request, key = `${scope}/${count++}`) =>
    live()({ ...request, headers: { ...request.headers, "idempotency-key": `demo ${key}` } });
}
