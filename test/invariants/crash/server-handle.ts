import { startServer } from "@crm/local/server/http-server.ts";
import { startTestApp } from "../../support/app.ts";
import { killProcess, spawnServer } from "./server-process.ts";

/** A server over a folder, in a process of its own or in this one. */
export interface ServerHandle {
  readonly url: string;
  kill(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a server in a process of its own, which can be killed. */
export async function launchServer(data: string, env: Record<string, string> = {}): Promise<ServerHandle> {
  const { url, process } = await spawnServer(data, env);
  return { url, kill: () => killProcess(process), end: () => killProcess(process, "SIGTERM") };
}

/** Starts a server again over the folder of one that was killed: behind the last kill in this process, which is quicker. */
export const restartServer = (data: string, { isLast, port = 0 }: { isLast: boolean; port?: number }): Promise<ServerHandle> =>
  isLast ? resumeInProcess(data, port) : launchServer(data, port === 0 ? {} : { PORT: String(port) });

/** Starts a server in this process over the folder of one that was killed; a test does not kill it again. */
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
