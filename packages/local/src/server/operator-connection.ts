import { type App, startApp } from "../app.ts";
import { requireStoreFolder } from "../backup/backup.ts";
import { readArchiveDays } from "../store/archive-days.ts";
import { Refusal } from "../store/state.ts";
import { refuseAws, serverStateFolder } from "../table/external-server.ts";
import { dataFolder } from "../terminal-command.ts";
import { operateLocally } from "./maintenance-controls.ts";
import { findRunningServer } from "./running-server.ts";

/** Runs commands of the operator on the server that holds the folder, or else in this process. */
interface OperatorConnection {
  run<T>(command: object): Promise<T>;
  close(): Promise<void>;
}

export async function connectOperator(action: string): Promise<OperatorConnection> {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  refuseAws(endpoint, action);
  const folder = endpoint ? serverStateFolder(dataFolder(), endpoint) : requireStoreFolder(dataFolder());
  const running = await findRunningServer(folder);
  if (running)
    return { run: (command) => explainRefusal(() => running.call("POST", "operate", command)), close: async () => undefined };
  const app: App = await startApp({ data: dataFolder(), endpoint, archiveDays: readArchiveDays(), logFrom: "error" });
  return {
    run: <T>(command: object) => explainRefusal(() => operateLocally(app.ports, command) as Promise<T>),
    async close() {
      await app.settle();
      await app.stop();
    },
  };
}

/** Turns a failure into a refusal, which a terminal command prints. */
async function explainRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { details = [] } = error as { details?: readonly { field: string; message: string }[] };
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal([error.message, ...details.map(({ field, message }) => `${field}: ${message}`)].join("; "));
  }
}
