import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Refusal } from "../store/state.ts";

/** The file with the URL of the folder's server, by which `npm run backup` and other commands find it. */
const ADDRESS_FILE = "address";

export const announceAddress = (folder: string, url: string): void => writeFileSync(join(folder, ADDRESS_FILE), url);
export const withdrawAddress = (folder: string): void => rmSync(join(folder, ADDRESS_FILE), { force: true });

/** A running server whose controls can be called. */
export interface RunningServer {
  readonly url: string;
  call<T>(method: "GET" | "POST", control: string, body?: unknown): Promise<T>;
}

/** Returns the server that holds the folder, if it answers. The file of a killed server may still be there. */
export async function findRunningServer(folder: string): Promise<RunningServer | undefined> {
  try {
    const running = connectToServer(readFileSync(join(folder, ADDRESS_FILE), "utf8"));
    const store = await running.call<{ folder: string }>("GET", "store");
    return realpathSync(store.folder) === realpathSync(folder) ? running : undefined;
  } catch {
    return undefined;
  }
}

export const connectToServer = (url: string): RunningServer => ({
  url,
  call: (method, control, body) =>
    new Promise((resolve, reject) => {
      // No time limit: a control answers when its work is done.
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
