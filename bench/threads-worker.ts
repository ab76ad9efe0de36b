import { parentPort, workerData } from "node:worker_threads";
import type { Input } from "@crm/local/table-engine/command.ts";
import type { Action } from "@crm/local/table-engine/engine.ts";
import { readStream } from "@crm/local/table-engine/table-stream.ts";
import { openTable } from "@crm/local/table-file.ts";

/** A table engine in a thread of its own: executes what it is sent, and answers by number. */
export type Asked = { id: number } & ({ action: Action; input: Input } | { after: string; limit: number });

const table = openTable(String(workerData));

parentPort?.on("message", (asked: Asked) => {
  try {
    const output =
      "action" in asked ? table.execute(asked.action, asked.input) : readStream(table.storage, asked.after, asked.limit);
    parentPort?.postMessage({ id: asked.id, output });
  } catch (error) {
    // A structured clone keeps no own fields of an error.
    const { name, message } = error as Error;
    parentPort?.postMessage({ id: asked.id, error: { ...(error as object), name, message } });
  }
});
