import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "@crm/local/app.ts";
import { createBackup } from "@crm/local/backup/backup.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { connectToServer } from "@crm/local/server/running-server.ts";
import { formatBytes } from "@crm/local/terminal-command.ts";
import { hashDemoSources, SNAPSHOT_FACTS, SNAPSHOT_FILE } from "./demo/snapshot.ts";
import { Demo } from "./demo/year.ts";

/**
 * `npm run demo:snapshot`: fills a demo in an own store, with the clock at a fixed time, and writes a backup of the store for the tests
 * (test/support/demo-snapshot.ts). Run it after each change of scripts/demo.
 */
const STARTS_AT = "2026-11-24T10:00:00.000Z";
const LEADS = 70;

const data = mkdtempSync(join(tmpdir(), "crm-demo-"));
try {
  const app = await startApp({ data, logFrom: "error" });
  const server = await startServer(app, 0);
  const running = connectToServer(server.url);
  await running.call("POST", "clock", { now: STARTS_AT, quiet: true });
  const demo = new Demo(running, "demo", LEADS);
  await demo.begin();
  await demo.fill();
  const { now: instant } = await running.call<{ now: string }>("GET", "clock");
  await server.close();
  await app.stop();
  const { bytes } = await createBackup({ out: SNAPSHOT_FILE, data });
  writeFileSync(SNAPSHOT_FACTS, `${JSON.stringify({ instant, sources: hashDemoSources() }, null, 2)}\n`);
  console.log(`${SNAPSHOT_FILE}: ${formatBytes(bytes)}, at ${instant}`);
} finally {
  rmSync(data, { recursive: true, force: true });
}
