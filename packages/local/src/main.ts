import { Clock } from "@crm/core/kernel/clock.ts";
import { INVALID_RETENTION_MESSAGE, parseRetentionDays } from "@crm/core/storage/stream/audit-retention.ts";
import { startApp } from "./app.ts";
import { startServer } from "./server/http-server.ts";
import { announceAddress, withdrawAddress } from "./server/running-server.ts";
import { readArchiveDays } from "./store/archive-days.ts";
import { readSignupSetting } from "./store/signup-setting.ts";
import { Refusal, restrictNewFiles } from "./store/state.ts";

/** Runs the whole system on this machine until SIGTERM or SIGINT. Prints the first steps, unless the caller prints its own. */
export async function main({ hints = true } = {}): Promise<void> {
  restrictNewFiles();
  const port = Number(process.env.PORT ?? 3000);
  const data = process.env.CRM_DATA ?? ".data";
  try {
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Refusal(`PORT must be a number up to 65535, but is ${process.env.PORT}.`);
    const auditDays = parseRetentionDays(process.env.CRM_AUDIT_DAYS);
    if (auditDays === undefined) throw new Refusal(INVALID_RETENTION_MESSAGE);
    const archiveDays = readArchiveDays();
    const signup = readSignupSetting();
    const endpoint = process.env.DYNAMODB_ENDPOINT;
    const app = await startApp({
      data,
      endpoint,
      origin: `http://127.0.0.1:${port}`,
      auditDays,
      archiveDays,
      signup,
      logFrom: readLogLevel(),
    });
    const server = await startServer(app, port).catch(async (error) => {
      await app.stop();
      throw error;
    });
    let stopping = false;
    const stop = async (): Promise<void> => {
      if (stopping) return;
      stopping = true;
      withdrawAddress(app.state.folder);
      await server.close();
      await app.stop();
      process.exit(0);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    try {
      announceAddress(app.state.folder, server.url);
    } catch (error) {
      await server.close();
      await app.stop();
      throw error;
    }
    // One write, so that a program that waits for `ready` also has the first steps.
    console.log(`ready ${server.url}${hints ? `\n${firstSteps(server.url)}` : ""}`);
    if (Math.abs(Clock.ms() - Date.now()) > 60_000) {
      console.error(`The clock is set to ${Clock.now()}: POST /_local/clock {"reset":true} resets it.`);
    }
  } catch (error) {
    if (!isDiskFull(error) && !(error instanceof Refusal)) throw error;
    console.error(
      isDiskFull(error) ? "The disk is full: free some space and start again; stored data is intact." : (error as Error).message,
    );
    process.exit(1);
  }
}

const firstSteps = (url: string): string => `
  Sign up        ${url}/crm/signup: open this page in a browser and create a company
  Console        ${url}/crm/, where users sign in
  API            ${url}/api/v1
  Documentation  ${url}/api/v1/docs
  Create tenant  POST ${url}/api/v1/auth/signup, which also signs you in; see the tour in README.md
  API token      POST ${url}/api/v1/auth/login with email and password, or "Authorize" in the documentation
  Sample data    npm run demo, in a second terminal
  Stop           Ctrl+C
`;

/** Whether the disk is full, as the file system, SQLite or the table engine reports it. */
const isDiskFull = (error: unknown): boolean => {
  const { code, message = "" } = error as { code?: string; message?: string };
  return code === "ENOSPC" || /database or disk is full|no space left|ENOSPC/i.test(message);
};

function readLogLevel(): "info" | "warn" | "error" {
  const level = process.env.CRM_LOG;
  return level === "info" || level === "error" ? level : "warn";
}
