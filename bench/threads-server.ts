import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { startApp } from "@crm/local/app.ts";
import { serve } from "@crm/local/server.ts";
import type { TableConnection } from "@crm/local/table-connection.ts";
import { actionOf, marshalInput, unmarshalOutput } from "@crm/local/table-engine/documents.ts";
import { definition } from "@crm/local/table-file.ts";
import type { Asked } from "./threads-worker.ts";

/** A server whose table engine runs in the main thread or in a worker: `CRM_DATA=FOLDER node bench/threads-server.ts main|worker`. */
const [thread = "main"] = process.argv.slice(2);

async function connectWorker(_: unknown, data: string): Promise<TableConnection> {
  const worker = new Worker(new URL("./threads-worker.ts", import.meta.url), { workerData: data });
  const waiting = new Map<number, PromiseWithResolvers<never>>();
  let last = 0;
  worker.on("message", ({ id, output, error }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(Object.assign(new Error(error.message), error));
    else asked?.resolve(output as never);
  });
  const ask = (question: object): Promise<never> => {
    const asked = Promise.withResolvers<never>();
    waiting.set(++last, asked);
    worker.postMessage({ id: last, ...question } as Asked);
    return asked.promise;
  };
  return {
    database: {
      table: definition.name,
      async send(command) {
        const input = marshalInput((command as { input: object }).input);
        return { $metadata: {}, ...unmarshalOutput(await ask({ action: actionOf(command), input })) };
      },
    },
    source: { read: (after, limit) => ask({ after, limit }), trim: () => undefined, close: () => undefined },
    close: async () => {
      await worker.terminate();
    },
  };
}

const app = await startApp({
  data: process.env.CRM_DATA ?? "",
  logFrom: "error",
  ...(thread === "worker" ? { connect: connectWorker } : {}),
});
const server = await serve(app, 0);
const delay = monitorEventLoopDelay({ resolution: 5 });
process.on("SIGUSR2", () => {
  delay.reset();
  delay.enable();
});
process.on("SIGTERM", async () => {
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  console.log(JSON.stringify({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }));
  await server.close();
  await app.stop();
  process.exit(0);
});
console.log(`ready ${server.url}`);
