import { Session } from "node:inspector/promises";

/**
 * Counts the calls of the product's functions and of its libraries. The number measures the work of a process, and depends neither on the machine
 * nor on its load. It does not show the length of a loop inside of one function, nor the work of Node itself.
 */
export class CallCounter {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async start(): Promise<CallCounter> {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    return new CallCounter(session);
  }

  /** Returns the number of calls since the last one. */
  async take(): Promise<number> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const counted = result.filter(({ url }) => isCounted(url)).flatMap(({ functions }) => functions);
    return counted.reduce((sum, { ranges: [range] }) => sum + (range?.count ?? 0), 0);
  }

  async stop(): Promise<void> {
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}

/** The local table engine and the tools of tests do not run on AWS. */
const isCounted = (url: string): boolean =>
  /\/packages\/(core|functions)\/|\/node_modules\//.test(url) && !/\/node_modules\/(vitest|@vitest|chai|vite)\//.test(url);
