import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Conversion } from "@crm/core/accounts/conversion/lead-conversion.ts";
import { run } from "@crm/core/accounts/conversion/repoint.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { measureLeastUnits } from "../test/support/request-units.ts";
import { compareWithBare, recordCommands } from "./bare-client.ts";
import { formatTable, type Section, timeRuns } from "./stats.ts";

/** Converts leads and moves their records, in this process on the table engine. */
export interface ConversionOptions {
  rounds: number;
  runs: number;
  /** Number of activities of the lead whose records are moved. */
  activities: number;
}

const TENANT = "ten_000000000000000001";

export async function benchConversion(options: ConversionOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  // Without the stream, records are not moved automatically.
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    return [await benchConvert(app, options), await measureCost(app, meter), await benchMove(app, options)];
  } finally {
    await app.stop();
  }
}

const actor = { type: "api_key", tenant_id: TENANT, id: "key_000000000000000001", roles: ["ADMIN"] } as const;

/** Runs work as an API key that may override the requirements of a conversion. */
const inTenant = <T>(ports: Ports, work: () => Promise<T>): Promise<T> =>
  runIn({ ...systemContext(ports, TENANT, "bench"), actor }, work);

let serial = 0;

/** Creates a lead of a company without other leads. */
async function createLead({ ports }: App): Promise<string> {
  const n = ++serial;
  const names = { first_name: "Grace", last_name: `Bench${n}`, email: `bench${n}@mail.example`, company: `Bench ${n} Ltd` };
  return (await inTenant(ports, () => Lead.create(names))).id;
}

/** The reason overrides the rule, which is not measured. */
const convertLead = (ports: Ports, id: string) => inTenant(ports, () => Conversion.convert({ id, override_reason: "bench" }));

const benchConvert = (app: App, options: ConversionOptions): Promise<Section> =>
  compareWithBare(app, options, {
    title: "Converting a lead: the verb, against a bare client that does the same reads and the same transaction",
    bound: 6,
    subject: () => createLead(app),
    verb: convertLead,
  });

async function measureCost(app: App, meter: Meter): Promise<Section> {
  const leads = await Promise.all(Array.from({ length: 10 }, () => createLead(app)));
  const { read, write, commands } = await measureLeastUnits(meter, () => convertLead(app.ports, leads.pop() as string));
  const id = await createLead(app);
  const actions = (await recordCommands(app, (ports) => convertLead(ports, id))).find(
    (command) => command instanceof TransactWriteCommand,
  )?.input.TransactItems;
  const head = ["read units", "write units", "commands", "actions of the transaction"];
  const text = formatTable(head, [[read, write, commands, actions?.length ?? 0]]);
  return { title: "Converting a lead of a new company", text, missed: [] };
}

async function benchMove(app: App, { activities }: ConversionOptions): Promise<Section> {
  const id = await createLead(app);
  for (let index = 0; index < activities; index++)
    await inTenant(app.ports, () =>
      createRecordActivities(Leads).log({ id, subject: `Call ${index}`, activity_type_id: "call" }),
    );
  const { conversion } = await convertLead(app.ports, id);
  const [ms = 0] = await timeRuns(1, () => inTenant(app.ports, () => run(conversion.id, 600_000)));
  const text = formatTable(
    ["activities", "ms", "per second"],
    [[activities, Math.round(ms), Math.round((activities / ms) * 1000)]],
  );
  return { title: `Moving ${activities} activities from a lead to its opportunity, in transactions of 50`, text, missed: [] };
}
