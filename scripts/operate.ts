import { startApp } from "@crm/local/app.ts";
import { requireStoreFolder } from "@crm/local/backup/backup.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { findRunningServer } from "@crm/local/server/running-server.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { serverStateFolder } from "@crm/local/table/external-server.ts";
import { dataFolder, requireOption, runCommand } from "@crm/local/terminal-command.ts";

/** Runs the operator's commands on a local store, like the deployed function of that name. */
const USAGE =
  "npm run operate -- --action suspend|resume|plan|limit|recount|parked|redrive|dismiss|snapshots [--tenant slug] [--reason text] [--plan FREE|STANDARD|ENTERPRISE] [--requests_per_minute n] [--records_per_minute n] [--api_keys n] [--key key] [--words true] [--from day] [--to day]";
const options = [
  "action",
  "tenant",
  "reason",
  "plan",
  "requests_per_minute",
  "records_per_minute",
  "api_keys",
  "key",
  "words",
  "from",
  "to",
] as const;
const NUMERIC_OPTIONS = /^(requests_per_minute|records_per_minute|api_keys)$/;

await runCommand(USAGE, options, async (input) => {
  requireOption(input.action, USAGE);
  const command = Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      name === "words" ? value === "true" : NUMERIC_OPTIONS.test(name) ? Number(value) : value,
    ]),
  );
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const running = await findRunningServer(
    endpoint ? serverStateFolder(dataFolder(), endpoint) : requireStoreFolder(dataFolder()),
  );
  const app = running ? undefined : await startApp({ data: dataFolder(), endpoint, logFrom: "error" });
  try {
    const done = running
      ? await running.call("POST", "operate", command)
      : await operateLocally((app as NonNullable<typeof app>).ports, command);
    console.log(JSON.stringify(done, undefined, 2));
  } catch (error) {
    const { details = [] } = error as { details?: readonly { field: string; message: string }[] };
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal([error.message, ...details.map(({ field, message }) => `${field}: ${message}`)].join("; "));
  } finally {
    await app?.stop();
  }
});
