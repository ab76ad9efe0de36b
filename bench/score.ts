import {
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { runIn } from "@crm/core/kernel/context.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import "@crm/core/sales/lead/scoring.ts";
import { systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { RuleSets } from "@crm/core/platform/rule/rule.entity.ts";
import { Rule } from "@crm/core/platform/rule/rule.ts";
import { setId } from "@crm/core/platform/rule/rule-kind.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { newLead, signUp } from "../test/support/app.ts";
import { type BareClient, createBareClient } from "./bare-client.ts";
import { formatTable, median, type Section } from "./stats.ts";

/** Rescores all leads of a tenant after a rule was published, compared with a bare client that sends the same reads and writes. */
export interface ScoreOptions {
  rounds: number;
  leads: number;
}

/** Minimum throughput, relative to a bare client that sends the same commands: a command costs the table engine next to nothing. */
const MIN_SHARE = 0.08;
/** As many at a time as the product rescores. */
const CONCURRENCY = 10;

export async function benchScore({ rounds, leads }: ScoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    // The scheduler would rescore the leads as well.
    await app.scheduler.stop();
    const { id: tenant } = await signUp(app);
    const bare = createBareClient(app);
    await runConcurrently(leads, () => inTenant(app.ports, tenant, () => Lead.create(newLead({ job_title: "Engineer" }))));
    const crmRates: number[] = [];
    const bareRates: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { seconds, sent } = await rescoreLeads(app, tenant, round);
      const writes = sent.filter((command) => command instanceof TransactWriteCommand).length;
      if (writes < leads) throw new Error(`${writes} of ${leads} leads were rescored`);
      const again = await replayCommands(bare, sent);
      if (round === 0) continue;
      crmRates.push(leads / seconds);
      bareRates.push(leads / again);
    }
    const share = median(crmRates) / median(bareRates);
    const text = formatTable(
      ["leads", "rescored, leads/s", "bare client, the same reads and writes, leads/s", "share"],
      [[leads.toLocaleString("en"), median(crmRates).toFixed(0), median(bareRates).toFixed(0), share.toFixed(2)]],
    );
    const misses = share < MIN_SHARE ? [`rescoring against a bare client: ${share.toFixed(2)}, at least ${MIN_SHARE}`] : [];
    return [{ title: "Rescoring all leads after a rule was published", text, missed: misses }];
  } finally {
    await app.stop();
  }
}

const inTenant = <T>(ports: Ports, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, tenant, "bench"), work);

type SentCommand = GetCommand | BatchGetCommand | QueryCommand | TransactWriteCommand;

/** Rescores all leads once, with a rule that gives each another score. */
async function rescoreLeads(app: App, tenant: string, round: number): Promise<{ seconds: number; sent: SentCommand[] }> {
  const first = StandardScore.defaults[0];
  const definition = { ...first, job_title: { ...first.job_title, other_points: 10 + round } };
  await inTenant(app.ports, tenant, async () => {
    const { id } = await Rule.create({ kind: StandardScore.name, definition });
    await Rule.publish({ kind: StandardScore.name, id });
  });
  app.setClock({ advance: 60_000 });
  const set = await inTenant(app.ports, tenant, () => Records.read(RuleSets, setId(StandardScore)));
  const due_at = String(set.due_at);
  const sent: SentCommand[] = [];
  const { database } = app.ports;
  const send: typeof database.send = (command, scope) => {
    if (isAboutLeads(command)) sent.push(command);
    return database.send(command, scope);
  };
  const started = performance.now();
  await inTenant({ ...app.ports, database: { table: database.table, send } }, tenant, () =>
    Rule.proceed(setId(StandardScore), due_at, 3600),
  );
  return { seconds: (performance.now() - started) / 1000, sent };
}

const isAboutLeads = (command: object): command is SentCommand =>
  [GetCommand, BatchGetCommand, QueryCommand].some((read) => command instanceof read) ||
  (command instanceof TransactWriteCommand && JSON.stringify(command.input).includes('"led_'));

/** Sends the commands again without their conditions. Returns the seconds. */
async function replayCommands(bare: BareClient, sent: readonly SentCommand[]): Promise<number> {
  const commands = sent.map((command) => (command instanceof TransactWriteCommand ? dropConditions(command.input) : command));
  const started = performance.now();
  await runConcurrently(commands.length, (index) => bare.send(commands[index] as object));
  return (performance.now() - started) / 1000;
}

const dropConditions = ({ TransactItems = [] }: TransactWriteCommandInput): TransactWriteCommand =>
  new TransactWriteCommand({
    TransactItems: TransactItems.flatMap(({ Put }) => (Put ? [{ Put: { TableName: Put.TableName, Item: Put.Item } }] : [])),
  });

/** Runs `work` this many times, with limited concurrency. */
async function runConcurrently(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
