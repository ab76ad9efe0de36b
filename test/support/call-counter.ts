import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";

/** The product with its libraries, or also the local system and the tests. */
type CountedCode = "product" | "all";

/**
 * Counts the calls of the product's functions and of its libraries. The number measures the work of a process, and depends neither on the machine
 * nor on its load. It does not show the length of a loop inside of one function, nor the work of Node itself.
 */
export class CallCounter {
  readonly #session: Session;
  readonly #keepsFunctions: boolean;
  readonly #isCounted: (url: string) => boolean;
  #total = 0;
  #functions = new Map<string, Set<string>>();

  private constructor(session: Session, of: CountedCode) {
    this.#session = session;
    this.#keepsFunctions = of === "all";
    this.#isCounted = of === "all" ? (url) => url.startsWith("file:") : isProduct;
  }

  static async start(of: CountedCode = "product"): Promise<CallCounter> {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    return new CallCounter(session, of);
  }

  /** Returns the number of calls since the last one. */
  async take(): Promise<number> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const modules = result.filter(({ url }) => this.#isCounted(url));
    const counted = modules.flatMap(({ functions }) => functions);
    if (this.#keepsFunctions) for (const { url, functions } of modules) this.#keepFunctions(url, functions);
    const count = counted.reduce((sum, { ranges: [range] }) => sum + (range?.count ?? 0), 0);
    this.#total += count;
    return count;
  }

  #keepFunctions(url: string, functions: Profiler.FunctionCoverage[]): void {
    const path = /\/(packages\/.*?)(?:\?|$)/.exec(url)?.[1];
    if (path === undefined) return;
    const called = functions.flatMap(({ ranges: [range] }) => (range?.count ? [`${range.startOffset}-${range.endOffset}`] : []));
    const known = this.#functions.get(path) ?? new Set();
    this.#functions.set(path, new Set([...known, ...called]));
  }

  /** Returns the functions of the product that were called since the last time, by module, as `start-end` in the source. */
  takeFunctions(): Record<string, string[]> {
    const functions = Object.fromEntries([...this.#functions].map(([path, ranges]) => [path, [...ranges]]));
    this.#functions = new Map();
    return functions;
  }

  /** Returns the number of calls since the start. */
  async total(): Promise<number> {
    await this.take();
    return this.#total;
  }

  async stop(): Promise<void> {
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}

/** The local table engine and the tools of tests do not run on AWS. */
const isProduct = (url: string): boolean =>
  /\/packages\/(core|functions)\/|\/node_modules\//.test(url) && !/\/node_modules\/(vitest|@vitest|chai|vite)\//.test(url);
