import { readFileSync } from "node:fs";
import type { App } from "@crm/local/app.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { hashDemoSources, SNAPSHOT_FACTS, SNAPSHOT_FILE } from "../../scripts/demo/snapshot.ts";
import { newFolder, removeFolder } from "../local/backup/support.ts";
import { startTestApp } from "./app.ts";

/** The filled tenant `demo` for tests, from the snapshot that `npm run demo:snapshot` wrote. */

interface SnapshotFacts {
  /** The time of the clock when the demo was complete. */
  readonly instant: string;
  /** The hash of the sources that made it. */
  readonly sources: string;
}

const readFacts = (): SnapshotFacts => JSON.parse(readFileSync(SNAPSHOT_FACTS, "utf8")) as SnapshotFacts;

export const isSnapshotCurrent = (): boolean => readFacts().sources === hashDemoSources();

/** Starts an app on a copy of the snapshot, with the clock at its time. */
export async function startDemoApp(): Promise<App> {
  const data = newFolder();
  await restoreStore(SNAPSHOT_FILE, data);
  const app = await startTestApp({ data });
  app.setClock({ now: readFacts().instant });
  const stop = app.stop.bind(app);
  app.stop = async () => {
    await stop();
    removeFolder(data);
  };
  return app;
}
