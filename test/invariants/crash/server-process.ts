import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { rowsBetween } from "@crm/local/backup/backup.ts";
import { readTable } from "@crm/local/table/file.ts";

const startScript = fileURLToPath(new URL("../../../scripts/start.js", import.meta.url));

/** `npm start` as a separate process, for tests that kill it. */
export interface ServerProcess {
  url: string;
  process: ChildProcess;
  /** The output of both streams. */
  output: () => string;
}

export async function spawnServer(data: string, env: Record<string, string> = {}, script = startScript): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script], { env: { ...process.env, CRM_DATA: data, PORT: "0", ...env } });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const ready = /^ready (\S+)$/m.exec(output)?.[1];
      if (ready) resolve(ready);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code, signal) => reject(new Error(`The server ended with ${code ?? signal}: ${output}`)));
  });
  return { url, process: child, output: () => output };
}

export const killProcess = (child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });

/** Every item of a tenant that is now in the table's file. */
export function readTenantItems(data: string, tenant: string): Record<string, unknown>[] {
  const table = readTable(data);
  try {
    return Array.from(rowsBetween(table, `T#${tenant}#`, `T#${tenant}$`), ({ item }) => unmarshall(item));
  } finally {
    table.close();
  }
}

/** Signs up a tenant at the server and returns its id and its administrator's token. */
export async function signUpTenant(
  url: string,
  slug: string,
  settings: Record<string, unknown> = {},
): Promise<{ token: string; tenant: string }> {
  const { data } = await createClient(httpTransport(url)).signup({
    tenant_name: "Kill",
    tenant_slug: slug,
    first_name: "Ada",
    last_name: "Admin",
    email: `a@${slug}.example`,
    password: "Correct-Horse-9000",
  });
  const crm = createClient(httpTransport(url, data.access_token));
  await crm.updateTenant({ settings: { rate_limit_per_minute: 1_000_000, ...settings } });
  return { token: data.access_token, tenant: data.tenant.id };
}
