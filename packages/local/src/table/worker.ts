import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Input, Output } from "../table-engine/command.ts";
import type { Action } from "../table-engine/engine.ts";
import { readStream, type StreamPage, trimStream } from "../table-engine/table-stream.ts";
import { openTable } from "./file.ts";

/** The program of the thread that serves a folder's table (`thread.ts`). It answers each request with the request's number. */

export type TableRequest =
  | { readonly kind: "execute"; readonly action: Action; readonly input: Input }
  | { readonly kind: "read"; readonly after: string; readonly limit: number }
  | { readonly kind: "trim"; readonly position: string; readonly now: number }
  | { readonly kind: "close" };

export interface NumberedRequest {
  readonly number: number;
  readonly request: TableRequest;
}

/** An answer of the thread. Number 0 reports its start. */
export interface TableAnswer {
  readonly number: number;
  readonly value?: Output | StreamPage | undefined;
  readonly error?: object;
}

const port = parentPort as MessagePort;

const reply = (answer: TableAnswer): void => port.postMessage(answer);

/** Calls `work` and replies with what it returns or throws. A structured clone keeps no own fields of an error, so they are copied. */
function answer(number: number, work: () => TableAnswer["value"]): void {
  try {
    reply({ number, value: work() });
  } catch (error) {
    const { name, message } = error as Error;
    reply({ number, error: { ...(error as object), name, message } });
  }
}

answer(0, () => {
  const table = openTable(String(workerData));
  const perform = (request: TableRequest): TableAnswer["value"] => {
    switch (request.kind) {
      case "execute":
        return table.execute(request.action, request.input);
      case "read":
        return readStream(table.storage, request.after, request.limit);
      case "trim":
        return void trimStream(table, request.position, request.now);
      case "close":
        return void table.close();
    }
  };
  port.on("message", ({ number, request }: NumberedRequest) => {
    answer(number, () => perform(request));
    if (request.kind === "close") port.close();
  });
  return undefined;
});
