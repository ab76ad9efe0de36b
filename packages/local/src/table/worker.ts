import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Input, Output } from "../table-engine/command.ts";
import type { Action } from "../table-engine/engine.ts";
import { parseText } from "../table-engine/item-text.ts";
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

/** Calls `work` and returns the answer: what it returns or throws. A text has no fields of an error that are not its own, so they are copied. */
function buildAnswer(number: number, work: () => TableAnswer["value"]): TableAnswer {
  try {
    return { number, value: work() };
  } catch (error) {
    const { name, message } = error as Error;
    return { number, error: { ...(error as object), name, message } };
  }
}

/** Maximum number of requests that share one transaction of the file. */
const MAX_GROUP = 50;

const parseRequests = (text: string): NumberedRequest[] => parseText(text) as NumberedRequest[];

/** Returns the requests that have arrived; `first` is their first message. A request to close is the last one of a group. */
function takeRequests(first: string): NumberedRequest[] {
  const requests = parseRequests(first);
  while (requests.length < MAX_GROUP && requests.at(-1)?.request.kind !== "close") {
    const next = receiveMessageOnPort(port) as { message: string } | undefined;
    if (!next) break;
    requests.push(...parseRequests(next.message));
  }
  return requests;
}

const send = (answers: readonly TableAnswer[]): void => port.postMessage(JSON.stringify(answers));

const start = (): void => {
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
  const performAll = (requests: readonly NumberedRequest[]): TableAnswer[] =>
    requests.map(({ number, request }) => buildAnswer(number, () => perform(request)));
  port.on("message", (first: string) => {
    const requests = takeRequests(first);
    const last = requests.at(-1)?.request.kind === "close" ? requests.pop() : undefined;
    let answers: TableAnswer[] = [];
    // An answer leaves after its write is committed.
    const isCommitted = table.storage.commitTogether(() => {
      answers = performAll(requests);
    });
    send(isCommitted ? answers : performAll(requests));
    if (!last) return;
    send([buildAnswer(last.number, () => perform(last.request))]);
    port.close();
  });
};

send([
  buildAnswer(0, () => {
    start();
    return undefined;
  }),
]);
