import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Refusal } from "../store/state.ts";
import type { Output } from "../table-engine/command.ts";
import { containsEncodedBytes, decodeBytes } from "../table-engine/item-text.ts";
import { type DatabaseOptions, databaseFor } from "../table-engine/table-database.ts";
import type { StreamPage } from "../table-engine/table-stream.ts";
import type { TableConnection } from "./connection.ts";
import { definition } from "./file.ts";
import type { NumberedRequest, TableAnswer, TableRequest } from "./worker.ts";

interface PendingAnswer extends PromiseWithResolvers<TableAnswer["value"]> {
  /** Whether bytes of the answer are decoded. Those of the stream stay base64, as in the events of Lambda. */
  readonly decodesBytes: boolean;
}

/**
 * Opens the table of a folder in a thread of its own, so that requests are served while a command runs. Commands run in the order in which they are
 * sent. Throws a Refusal if the folder cannot be opened.
 */
export async function connectTableThread(folder: string, options?: DatabaseOptions): Promise<TableConnection> {
  const thread = await TableThread.start(folder);
  return {
    database: databaseFor(
      definition.name,
      (action, input) => thread.send({ kind: "execute", action, input }) as Promise<Output>,
      options,
    ),
    source: {
      read: (after, limit) => thread.send({ kind: "read", after, limit }) as Promise<StreamPage>,
      trim: async (position) => {
        await thread.send({ kind: "trim", position, now: Clock.ms() });
      },
      close: () => undefined,
    },
    close: () => thread.close(),
  };
}

class TableThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingAnswer>();
  /**
   * Requests of this turn, as texts: a structured clone of many small objects takes longer. They leave in one message, because a message costs as
   * much as a small command.
   */
  #outbox: string[] = [];
  #lastNumber = 0;
  /** The error with which the thread ended, if it has. */
  #endError: Error | undefined;

  private constructor(folder: string) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: folder, env: threadEnv() });
    this.#worker.on("message", (text: string) => this.#receiveAll(text));
    this.#worker.on("error", (error) => this.#rejectPending(error));
    this.#worker.on("exit", () => this.#rejectPending(new Error("The table thread has ended")));
  }

  static async start(folder: string): Promise<TableThread> {
    const thread = new TableThread(folder);
    await thread.#waitForAnswer(0);
    return thread;
  }

  send(request: TableRequest): Promise<TableAnswer["value"]> {
    const number = ++this.#lastNumber;
    const text = JSON.stringify({ number, request } satisfies NumberedRequest);
    const answer = this.#waitForAnswer(number, request.kind === "execute");
    if (this.#outbox.push(text) === 1) process.nextTick(() => this.#flush());
    return answer;
  }

  #flush(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    this.#worker.postMessage(`[${requests.join(",")}]`);
  }

  async close(): Promise<void> {
    if (this.#endError) return;
    const exitEvent = once(this.#worker, "exit");
    await this.send({ kind: "close" });
    await exitEvent;
  }

  #waitForAnswer(number: number, decodesBytes = false): Promise<TableAnswer["value"]> {
    if (this.#endError) return Promise.reject(this.#endError);
    const pending: PendingAnswer = { ...Promise.withResolvers<TableAnswer["value"]>(), decodesBytes };
    this.#pending.set(number, pending);
    return pending.promise;
  }

  #receiveAll(text: string): void {
    const hasBytes = containsEncodedBytes(text);
    for (const answer of JSON.parse(text) as TableAnswer[]) this.#receive(answer, hasBytes);
  }

  #receive(answer: TableAnswer, hasBytes: boolean): void {
    const { number, value, error } = answer;
    const pending = this.#pending.get(number);
    if (hasBytes && pending?.decodesBytes) decodeBytes(answer);
    this.#pending.delete(number);
    if (error) pending?.reject(rebuildError(error));
    else pending?.resolve(value);
  }

  #rejectPending(error: Error): void {
    this.#endError ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#endError);
    this.#pending.clear();
  }
}

/** Passes on the compile cache of `npm start`, which a thread does not inherit. With it the thread starts in half the time. */
function threadEnv(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

/** Rebuilds an error of the thread, with all its fields. */
function rebuildError(fields: { readonly name?: string; readonly message?: string }): Error {
  return Object.assign(fields.name === "Refusal" ? new Refusal() : new Error(), fields);
}
