import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Refusal } from "./state.ts";

/** Where the server of a folder says how it is reached, so that `npm run backup` and its like find it by the folder. */
const NOTE = "address";

export const announce = (folder: string, url: string): void => writeFileSync(join(folder, NOTE), url);
export const withdraw = (folder: string): void => rmSync(join(folder, NOTE), { force: true });

/** The controls of a server that runs. */
export interface Running {
  readonly url: string;
  call<T>(method: "GET" | "POST", control: string, body?: unknown): Promise<T>;
}

/** The server that holds the folder, if one does and answers; a note that a killed server left leads to nobody. */
export async function runningOver(folder: string): Promise<Running | undefined> {
  try {
    const running = controlsAt(readFileSync(join(folder, NOTE), "utf8"));
    const store = await running.call<{ folder: string }>("GET", "store");
    return realpathSync(store.folder) === realpathSync(folder) ? running : undefined;
  } catch {
    return undefined;
  }
}

export const controlsAt = (url: string): Running => ({
  url,
  call: (method, control, body) =>
    new Promise((resolve, reject) => {
      // A control answers when its work is done, however long that takes: no time limit here.
      const sent = request(`${url}/_local/${control}`, { method, agent: false }, async (response) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
          const { data, error } = JSON.parse(Buffer.concat(chunks).toString()) as { data: never; error?: { message: string } };
          if (error) throw new Refusal(error.message);
          resolve(data);
        } catch (error) {
          reject(error);
        }
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    }),
});
