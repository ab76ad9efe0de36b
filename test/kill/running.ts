import { serve } from "@crm/local/server.ts";
import { startTestApp } from "../support.ts";
import { killed, launch } from "./server.ts";

/** A server over a folder, whatever process it is in. */
export interface Running {
  readonly url: string;
  kill(): Promise<void>;
  end(): Promise<void>;
}

/** One that can be killed. */
export async function begin(data: string, env: Record<string, string> = {}): Promise<Running> {
  const { url, process } = await launch(data, env);
  return { url, kill: () => killed(process), end: () => killed(process, "SIGTERM") };
}

/** Goes on over what a killed one has left, in this process: nobody kills it any more. */
export async function goOn(data: string, port = 0): Promise<Running> {
  const origin = port === 0 ? {} : { origin: `http://127.0.0.1:${port}` };
  const app = await startTestApp({ data, loops: true, time: Date.now, ...origin });
  const server = await serve(app, port);
  return {
    url: server.url,
    kill: () => Promise.reject(new Error("This process does not kill itself")),
    end: async () => {
      await server.close();
      await app.stop();
    },
  };
}
