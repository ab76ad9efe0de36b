import { startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { connectToServer, type RunningServer } from "@crm/local/server/running-server.ts";
import { Demo } from "./year.ts";

/** Fills a new tenant with the demo, on a server in memory in this process. */
export async function startDemo(slug: string, leads: number): Promise<RunningServer & { stop(): Promise<void> }> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  const server = await startServer(app, 0);
  const running = connectToServer(server.url);
  const demo = new Demo(running, slug, leads);
  await demo.begin();
  await demo.fill();
  return {
    ...running,
    stop: async () => {
      await server.close();
      await app.stop();
    },
  };
}
