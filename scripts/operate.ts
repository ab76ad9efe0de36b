import { connectOperator } from "@crm/local/server/operator-connection.ts";
import { requireOption, runCommand } from "@crm/local/terminal-command.ts";

/** Runs the operator's commands on a local store, like the deployed function of that name. */
const USAGE =
  "npm run operate -- --action first-link|suspend|resume|plan|limit|recount|parked|redrive|dismiss|snapshots|analyst-export|migrate|migration-status|stop-migration [--tenant slug] [--reason text] [--plan FREE|STANDARD|ENTERPRISE] [--requests_per_minute n] [--records_per_minute n] [--api_keys n] [--key key] [--words true] [--from day] [--to day] [--dry_run true] [--records_per_second n] [--actor text] [--full true] [--personal true]";
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
  "dry_run",
  "records_per_second",
  "actor",
  "full",
  "personal",
] as const;
const NUMERIC_OPTIONS = /^(requests_per_minute|records_per_minute|api_keys|records_per_second)$/;
const FLAGS = /^(words|dry_run|full|personal)$/;

await runCommand(USAGE, options, async (input) => {
  const action = requireOption(input.action, USAGE);
  const command = Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      FLAGS.test(name) ? value === "true" : NUMERIC_OPTIONS.test(name) ? Number(value) : value,
    ]),
  );
  const operator = await connectOperator(action);
  try {
    console.log(JSON.stringify(await operator.run(command), undefined, 2));
  } finally {
    await operator.close();
  }
});
