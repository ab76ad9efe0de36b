import { monitorEventLoopDelay } from "node:perf_hooks";
import { startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { connectTable } from "@crm/local/table/connection.ts";
import { openTable } from "@crm/local/table/file.ts";

/** Starts a server with the table engine in the main thread or in a worker: `CRM_DATA=FOLDER node bench/threads-server.ts main|worker`. */
const [thread = "main"] = process.argv.slice(2);

const app = await startApp({
  data: process.env.CRM_DATA ?? "",
  logFrom: "error",
  ...(thread === "main" ? { connect: async (_, folder) => connectTable(openTable(folder)) } : {}),
});
const server = await startServer(app, 0);
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
