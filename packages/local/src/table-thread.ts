import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Refusal } from "./state.ts";
import type { TableConnection } from "./table-connection.ts";
import type { Output } from "./table-engine/command.ts";
import { type DatabaseOptions, databaseOver } from "./table-engine/table-database.ts";
import type { StreamPage } from "./table-engine/table-stream.ts";
import { definition } from "./table-file.ts";
import type { NumberedRequest, TableAnswer, TableRequest } from "./table-worker.ts";

type Pending = PromiseWithResolvers<TableAnswer["value"]>;

/**
 * Opens the table of a folder in a thread of its own, so that requests go on while a command runs. Commands run in the order in which they
 * are sent. Throws a Refusal if the folder cannot be opened.
 */
export async function connectTableThread(folder: string, options?: DatabaseOptions): Promise<TableConnection> {
  const thread = await TableThread.start(folder);
  return {
    database: databaseOver(
      definition.name,
      (action, input) => thread.ask({ kind: "execute", action, input }) as Promise<Output>,
      options,
    ),
    source: {
      read: (after, limit) => thread.ask({ kind: "read", after, limit }) as Promise<StreamPage>,
      trim: async (position) => {
        await thread.ask({ kind: "trim", position, now: Clock.ms() });
      },
      close: () => undefined,
    },
    close: () => thread.close(),
  };
}

class TableThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  /** Why it ended, once it has. */
  #end: Error | undefined;

  private constructor(folder: string) {
    this.#worker = new Worker(new URL("./table-worker.ts", import.meta.url), { workerData: folder, env: threadEnv() });
    this.#worker.on("message", (answer: TableAnswer) => this.#take(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("The thread of the table has ended")));
  }

  static async start(folder: string): Promise<TableThread> {
    const thread = new TableThread(folder);
    await thread.#wait(0);
    return thread;
  }

  ask(request: TableRequest): Promise<TableAnswer["value"]> {
    const number = ++this.#last;
    const answered = this.#wait(number);
    this.#worker.postMessage({ number, request } satisfies NumberedRequest);
    return answered;
  }

  async close(): Promise<void> {
    if (this.#end) return;
    const ended = once(this.#worker, "exit");
    await this.ask({ kind: "close" });
    await ended;
  }

  #wait(number: number): Promise<TableAnswer["value"]> {
    if (this.#end) return Promise.reject(this.#end);
    const pending: Pending = Promise.withResolvers();
    this.#pending.set(number, pending);
    return pending.promise;
  }

  #take({ number, value, error }: TableAnswer): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    if (error) pending?.reject(errorOf(error));
    else pending?.resolve(value);
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
  }
}

/** A thread does not take over the compile cache of `npm start`: it has to be named. With it the thread starts in half the time. */
function threadEnv(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

/** An error of the thread, with all its fields. */
function errorOf(fields: { readonly name?: string; readonly message?: string }): Error {
  return Object.assign(fields.name === "Refusal" ? new Refusal() : new Error(), fields);
}
