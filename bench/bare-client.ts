import { BatchGetCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Database, Ports } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { tableDatabase } from "@crm/local/table-engine/table-database.ts";
import { boundMisses, type Comparison, compare, formatTable, type Section } from "./stats.ts";

/** Compares verbs with a bare client that sends the same commands. The database's cost is in both; the difference is the product's own cost. */

const COMMAND_KINDS = [GetCommand, BatchGetCommand, QueryCommand, TransactWriteCommand, PutCommand] as const;
type SentCommand = InstanceType<(typeof COMMAND_KINDS)[number]>;

const isWrite = (command: object): boolean => command instanceof TransactWriteCommand || command instanceof PutCommand;

/** Returns the commands that `work` would send. Its reads are executed, its writes are not. */
export async function recordCommands({ ports }: App, work: (ports: Ports) => Promise<unknown>): Promise<SentCommand[]> {
  const sent: SentCommand[] = [];
  const { database } = ports;
  const recorder: Ports["database"] = {
    table: database.table,
    send: async (command, scope) => {
      const Kind = COMMAND_KINDS.find((kind) => command instanceof kind);
      // Skip other commands: a range of numbers is sometimes leased by an update.
      // Each kind of command takes the input of its own kind only, and this is the kind of the command.
      if (Kind) sent.push(new Kind(structuredClone((command as SentCommand).input) as never));
      return isWrite(command) ? {} : database.send(command, scope);
    },
  };
  await work({ ...ports, database: recorder });
  return sent;
}

export interface VerbBenchmark {
  title: string;
  bound: number;
  /** Creates a record to which the verb can be applied once. */
  subject: () => Promise<string>;
  verb: (ports: Ports, subject: string) => Promise<unknown>;
}

/** Compares a verb with a bare client that sends the same reads and the same write, each on a record of its own. */
export async function compareWithBare(
  app: App,
  { rounds, runs }: { rounds: number; runs: number },
  { title, bound, subject, verb }: VerbBenchmark,
): Promise<Section> {
  const raw = createBareClient(app);
  const [subjects, prepared]: [string[], SentCommand[][]] = [[], []];
  for (let nth = 0; nth < (rounds + 1) * runs; nth++) {
    subjects.push(await subject());
    const otherSubject = await subject();
    prepared.push(await recordCommands(app, (ports) => verb(ports, otherSubject)));
  }
  const result = await compare(
    rounds,
    runs,
    () => verb(app.ports, subjects.pop() ?? ""),
    async () => {
      for (const command of prepared.pop() ?? []) await raw.send(command);
    },
  );
  return { title, text: formatComparison("the verb", "bare client", result), missed: boundMisses(result.ratio, bound, title) };
}

/** Sends commands to an app's table and does nothing else. */
export interface BareClient {
  send(command: object): Promise<unknown>;
}

export function createBareClient({ table }: App): BareClient {
  if (!table) throw new Error("The app has no table of its own");
  const database = tableDatabase(table);
  return { send: (command) => database.send(command, NO_SCOPE) };
}

/** The table engine checks no scope; on AWS the roles do. */
const NO_SCOPE: Parameters<Database["send"]>[1] = { tenant: undefined, keyspaces: [] };

export const formatComparison = (nameA: string, nameB: string, { a, b, ratio, rounds }: Comparison): string =>
  `${formatTable(
    ["", "median"],
    [
      [nameA, `${a.toFixed(2)} ms`],
      [nameB, `${b.toFixed(2)} ms`],
      ["ratio", ratio],
    ],
  )}\n\nBy round: ${rounds.map((round) => round.toFixed(2)).join(", ")}`;
