import { startServer } from "@crm/local/server/http-server.ts";
import { startTestApp } from "../../support/app.ts";
import { killProcess, spawnServer } from "./server-process.ts";

/** A server on a data folder, in a separate process or in this one. */
export interface ServerHandle {
  readonly url: string;
  kill(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a server in a separate process, which can be killed. */
export async function launchServer(data: string, env: Record<string, string> = {}): Promise<ServerHandle> {
  const { url, process } = await spawnServer(data, env);
  return { url, kill: () => killProcess(process), end: () => killProcess(process, "SIGTERM") };
}

/** Restarts a killed server on its folder. After the last kill it runs in this process, which is faster. */
export const restartServer = (data: string, { isLast, port = 0 }: { isLast: boolean; port?: number }): Promise<ServerHandle> =>
  isLast ? resumeInProcess(data, port) : launchServer(data, port === 0 ? {} : { PORT: String(port) });

/** Starts a server in this process on the folder of a killed one. It cannot be killed again. */
export async function resumeInProcess(data: string, port = 0): Promise<ServerHandle> {
  const origin = port === 0 ? {} : { origin: `http://127.0.0.1:${port}` };
  const app = await startTestApp({ data, runsInBackground: true, time: Date.now, ...origin });
  const server = await startServer(app, port);
  return {
    url: server.url,
    kill: () => Promise.reject(new Error("This process does not kill itself")),
    end: async () => {
      await server.close();
      await app.stop();
    },
  };
}
