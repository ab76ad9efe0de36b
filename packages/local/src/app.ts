import { join } from "node:path";
import { domains as allDomains } from "@crm/core/domains.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { USUAL_DAYS } from "@crm/core/storage/project/audit-days.ts";
import { type FunctionName, functionNames, functions, registry } from "@crm/functions/api/index.ts";
import { faultsOf } from "@crm/functions/derive/check.ts";
import { flowsOf } from "@crm/functions/flow/index.ts";
import { openToPages } from "@crm/functions/http/cors.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { PARKED, streamHandler } from "@crm/functions/stream/index.ts";
import { presentIn } from "@crm/functions/stream/redrive.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { fileSecrets, folderFiles, jsonLog, mailbox, mailboxProvider, smsBox } from "./adapters.ts";
import { type LocalBus, localBus } from "./bus.ts";
import type { Meter } from "./capacity.ts";
import { DOMAIN } from "./domain.ts";
import { type FlowRunner, localFlows } from "./flows.ts";
import { packagedFonts } from "./fonts.ts";
import { fileKeys } from "./keys.ts";
import { type FolderObjects, folderObjects } from "./objects.ts";
import { type LocalProviders, localProviders } from "./providers/providers.ts";
import { Requests } from "./requests.ts";
import { localScheduler, type Scheduler } from "./scheduler.ts";
import { Refusal, State } from "./state.ts";
import { openStore } from "./store.ts";
import { type Consumer, consume, type StreamSource } from "./stream.ts";
import { finishRestore } from "./swap.ts";
import { connectTable, type TableConnection } from "./table-connection.ts";
import type { CommandOrder } from "./table-engine/command-order.ts";
import { TableEngine } from "./table-engine/engine.ts";
import type { InjectedFaults } from "./table-engine/injected-faults.ts";
import { MemoryStorage } from "./table-engine/memory-storage.ts";
import { definition, openTable } from "./table-file.ts";
import { connectTableThread } from "./table-thread.ts";

/** The whole system in one process: the same handlers as in the cloud, over the local adapters. */
export interface App {
  readonly ports: Ports;
  readonly state: State;
  /** The table's stream. */
  readonly source: StreamSource;
  /** The table engine where it runs in this thread; undefined where it has a thread of its own, and over another server. */
  readonly table: TableEngine | undefined;
  readonly handlers: Readonly<Record<FunctionName, Handler>>;
  readonly objects: FolderObjects;
  readonly mail: ReturnType<typeof mailbox>;
  readonly consumer: Consumer;
  readonly scheduler: Scheduler;
  readonly flows: FlowRunner;
  readonly requests: Requests;
  /** Other people's services, as doubles. */
  readonly providers: LocalProviders;
  setClock(to: { now?: string; advance?: number; reset?: true }): void;
  /** Links lead to this address from now on: those of mails and those of files. */
  servedAt(address: string): void;
  /** Resolves once events, schedules and flows that are due have been worked off. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface AppOptions {
  /** The folder of all state, or `memory`. */
  data: string;
  /** Another DynamoDB-compatible server in place of the table engine. */
  endpoint?: string | undefined;
  /** Where links lead until it is served somewhere. */
  origin?: string;
  /** Days that audit entries are in the table, before they move to the folder of objects. */
  auditDays?: number | undefined;
  logFrom?: "info" | "warn" | "error";
  /** In place of lines to standard error. */
  log?: Ports["log"];
  meter?: Meter;
  /** Lets concurrent commands meet, for tests. */
  order?: CommandOrder;
  /** In place of the domains of the product. */
  domains?: readonly Domain[];
  /** Whether stream, bus and schedules go on by themselves, as a server's do; otherwise only `settle` moves them. */
  loops?: boolean;
  /** Names of the schedules that `settle` fires, for tests; all where it is left out. */
  settledSchedules?: readonly string[] | undefined;
  /** The machine's time in milliseconds, for tests that hold it still; `setClock` counts from it. */
  time?: () => number;
  /** Lets commands of the table engine fail, for tests. */
  faults?: InjectedFaults;
  /** Another table in place of the table engine's, for tests and benchmarks that compare; it may keep files in the folder. */
  connect?: ((meter: Meter | undefined, folder: string) => Promise<TableConnection>) | undefined;
  /** In place of programs of this machine, for tests of webhooks out. */
  outbound?: Ports["outbound"];
  /** In place of the stream's real consumer, for tests that stop it or break it. */
  stream?: (ports: Ports) => (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
}

export async function startApp(options: AppOptions): Promise<App> {
  const log = options.log ?? jsonLog(options.logFrom ?? "warn");
  const { data, endpoint, domains = allDomains } = options;
  const faults = await faultsOf({ domains, functions });
  if (faults.length > 0) throw new Refusal(faults.join("\n"));
  const state = new State(endpoint ? (await import("./external.ts")).folderOfServer(data, endpoint) : data);
  try {
    return await assemble(options, state, log);
  } catch (error) {
    state.close();
    throw error;
  }
}

async function assemble(options: AppOptions, state: State, log: Ports["log"]): Promise<App> {
  await (options.endpoint || state.temporary ? finishRestore(state) : openStore(state, log));
  const connection = await connect(options, state, log);
  const clocksBefore = [...clocks];
  try {
    return over(connection, options, state, log);
  } catch (error) {
    // A start that cannot go on leaves nothing open behind.
    for (const clock of clocks.filter((each) => !clocksBefore.includes(each))) dropClock(clock);
    connection.source.close();
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** Origins whose pages may read answers: all, as deployed unless told otherwise. */
const ANYWHERE = ["*"];

const parking = (ports: Ports) => streamHandler(ports, PARKED);

/** Everything else, over a database that answers. */
function over(
  { database, source, table, close }: TableConnection,
  {
    origin = "http://127.0.0.1:3000",
    auditDays = USUAL_DAYS,
    domains = allDomains,
    stream = parking,
    loops = true,
    settledSchedules,
    time = Date.now,
    outbound,
  }: AppOptions,
  state: State,
  log: Ports["log"],
): App {
  const offset = { ms: Number(state.get("clock") ?? 0) };
  const clock = () => time() + offset.ms;
  pushClock(clock);
  const files = folderFiles(join(state.folder, "files"));
  const secrets = fileSecrets(state);
  const objects = folderObjects({ folder: join(state.folder, "objects"), secrets, origin });
  const mail = mailbox(state);
  const bus: LocalBus = localBus(state, subscribers, log);
  const flows = localFlows(state, flowsOf(domains), log);
  const requests = new Requests();
  const providers = localProviders(state);
  const ports: Ports = {
    domains,
    database,
    bus,
    mail,
    sms: smsBox(state),
    smsSender: "CRM",
    secrets,
    keys: fileKeys(state),
    files,
    objects,
    geocoder: noGeocoder,
    flows: flows.port,
    fonts: packagedFonts(),
    web: providers.web,
    outbound: outbound ?? providers.outbound,
    // Whatever server is named: mail from a laptop reaches the mailbox, and nobody else.
    mailer: { house: "crm@crm.example", through: () => mailboxProvider(mail) },
    log,
    origin,
    inboundDomain: DOMAIN,
    auditDays,
  };
  bus.connect(ports);
  flows.connect(ports);
  const [handler, redriving] = [stream(ports), streamHandler(ports)];
  const consumer = consume({ source, state, files, log, handler, redriving, requests, present: presentIn(ports) });
  const scheduler = localScheduler(schedules, ports, state, log, settledSchedules);
  const handlers = Object.fromEntries(
    functionNames.map((name) => [name, openToPages(name, ANYWHERE, httpHandler(registry[name], ports))]),
  ) as Record<FunctionName, Handler>;
  if (loops) for (const each of [bus, consumer, scheduler, flows]) each.start();

  return {
    ports,
    state,
    source,
    table,
    handlers,
    objects,
    mail,
    consumer,
    scheduler,
    flows,
    requests,
    providers,
    setClock({ now, advance, reset }) {
      if (reset) offset.ms = 0;
      else if (now !== undefined) offset.ms = Date.parse(now) - time();
      else offset.ms += advance ?? 0;
      state.set("clock", String(offset.ms));
    },
    servedAt(address) {
      ports.origin = address;
      objects.servedAt(address);
    },
    async settle() {
      // Each may give the others something to do: work that continues itself goes through stream and bus at each turn.
      for (let idle = 0; idle < 2; ) {
        // A schedule that proves what is derived finds all of it derived.
        const fired = await scheduler.settle(async () => {
          while ((await consumer.settle()) || (await bus.settle()) || (await flows.settle()));
        });
        const worked = [await consumer.settle(), await bus.settle(), await flows.settle(), fired];
        idle = worked.includes(true) ? 0 : idle + 1;
      }
    },
    async stop() {
      await scheduler.stop();
      await flows.stop();
      await consumer.stop();
      await bus.stop();
      await close();
      state.close();
      dropClock(clock);
    },
  };
}

/** The newest app that runs says what time it is; where there is none left, the machine does. */
const clocks: (() => number)[] = [];

function pushClock(clock: () => number): void {
  clocks.push(clock);
  Clock.set(clock);
}

function dropClock(clock: () => number): void {
  clocks.splice(clocks.indexOf(clock), 1);
  Clock.set(clocks.at(-1));
}

async function connect(
  { endpoint, data, order, meter, faults, connect }: AppOptions,
  state: State,
  log: Ports["log"],
): Promise<TableConnection> {
  if (endpoint) return (await import("./external.ts")).external(endpoint, log);
  if (connect) return connect(meter, state.folder);
  if (data !== "memory") {
    return order
      ? connectTable(openTable(state.folder), { order, meter, faults })
      : connectTableThread(state.folder, { meter, faults });
  }
  const storage = new MemoryStorage(definition.indexes, definition.timeToLive);
  return connectTable(new TableEngine({ definition, storage }), { order, meter, faults });
}
