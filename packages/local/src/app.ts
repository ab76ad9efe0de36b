import { join } from "node:path";
import { domains as allDomains } from "@crm/core/domains.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import type { SignupSetting } from "@crm/core/kernel/signup-setting.ts";
import { prepareTableShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { DEFAULT_RETENTION_DAYS } from "@crm/core/storage/stream/audit-retention.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { drainTenantQueues } from "@crm/core/storage/stream/tenant-queue-drain.ts";
import { DEFAULT_ARCHIVE_DAYS } from "@crm/core/storage/table/archive-retention.ts";
import { createShapeKnowledge } from "@crm/core/storage/table/written-shapes.ts";
import { type FunctionName, functionLoaders, functionNames } from "@crm/functions/api/function-loaders.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { withCors } from "@crm/functions/http/cors.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import { createOperations } from "@crm/functions/http/operation-runner.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import { createItemReader } from "@crm/functions/stream/redrive.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { finishRestore } from "./backup/restore-swap.ts";
import type { Meter } from "./capacity-meter.ts";
import { INBOUND_DOMAIN } from "./inbound-domain.ts";
import { fileSecrets, folderFiles, jsonLog, mailbox, mailboxProvider, smsMailbox } from "./ports/adapters.ts";
import { type LocalBus, localBus } from "./ports/bus.ts";
import { type FlowRunner, localFlows } from "./ports/flows.ts";
import { packagedFonts } from "./ports/fonts.ts";
import { fileKeys } from "./ports/keys.ts";
import { type FolderObjects, folderObjects } from "./ports/objects.ts";
import { type LocalProviders, localProviders } from "./providers/providers.ts";
import { localScheduler, type Scheduler } from "./scheduler.ts";
import { RequestActivity } from "./server/request-activity.ts";
import { prepareStore } from "./store/preparation.ts";
import { Refusal, State } from "./store/state.ts";
import { type Consumer, createConsumer, type StreamSource } from "./stream-consumer.ts";
import { connectTable, type TableConnection } from "./table/connection.ts";
import { definition, openTable } from "./table/file.ts";
import { connectTableThread } from "./table/thread.ts";
import type { CommandOrder } from "./table-engine/command-order.ts";
import { TableEngine } from "./table-engine/engine.ts";
import type { InjectedFaults } from "./table-engine/injected-faults.ts";
import { MemoryStorage } from "./table-engine/memory-storage.ts";

/** The whole system in one process: the same handlers as in the cloud, over the local adapters. */
export interface App {
  readonly ports: Ports;
  readonly state: State;
  readonly source: StreamSource;
  /** The table engine, if it runs in this thread. Undefined if it runs in a thread of its own, and with another server. */
  readonly table: TableEngine | undefined;
  readonly handlers: Readonly<Record<FunctionName, Handler>>;
  readonly objects: FolderObjects;
  readonly mail: ReturnType<typeof mailbox>;
  readonly consumer: Consumer;
  readonly scheduler: Scheduler;
  readonly flows: FlowRunner;
  readonly requests: RequestActivity;
  /** Doubles of external services. */
  readonly providers: LocalProviders;
  setClock(to: { now?: string; advance?: number; reset?: true }): void;
  /** Sets the origin of links in mails and links to files. */
  setOrigin(address: string): void;
  /** Resolves once all due events, schedules and flows have been processed. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface AppOptions {
  /** The folder of all state, or `memory`. */
  data: string;
  /** URL of another DynamoDB-compatible server to use instead of the table engine. */
  endpoint?: string | undefined;
  /** The origin of links until a server listens. */
  origin?: string;
  /** Days that audit entries stay in the table before they move to the folder of objects. */
  auditDays?: number | undefined;
  /** Days that records stay in the table before they move to the folder of objects; 0: for ever. */
  archiveDays?: number | undefined;
  /** Who may create a tenant. */
  signup?: SignupSetting | undefined;
  logFrom?: "info" | "warn" | "error";
  /** Replaces the log to standard error. */
  log?: Ports["log"];
  meter?: Meter;
  /** Interleaves concurrent commands, for tests. */
  order?: CommandOrder;
  /** Replaces the product's domains. */
  domains?: readonly Domain[];
  /** Whether stream, bus, schedules and flows run by themselves, as in a server. Otherwise only `settle` runs them. */
  runsInBackground?: boolean;
  /** Names of the schedules that `settle` fires, for tests. All by default. */
  settledSchedules?: readonly string[] | undefined;
  /** The machine's time in milliseconds, for tests with a fixed time. `setClock` sets an offset from it. */
  time?: () => number;
  /** Makes commands of the table engine fail, for tests. */
  faults?: InjectedFaults;
  /** Opens another table instead of the table engine's, for tests and benchmarks. It may store files in the folder. */
  connect?: ((meter: Meter | undefined, folder: string) => Promise<TableConnection>) | undefined;
  /** Replaces the port for outbound webhooks, which reaches only programs on this machine, for tests. */
  outbound?: Ports["outbound"];
  /** Replaces the stream's consumer, for tests in which it stops or fails. */
  stream?: (ports: Ports) => (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
}

export async function startApp(options: AppOptions): Promise<App> {
  const log = options.log ?? jsonLog(options.logFrom ?? "warn");
  const { data, endpoint } = options;
  const state = new State(endpoint ? (await import("./table/external-server.ts")).serverStateFolder(data, endpoint) : data);
  try {
    return await openApp(options, state, log);
  } catch (error) {
    state.close();
    throw error;
  }
}

async function openApp(options: AppOptions, state: State, log: Ports["log"]): Promise<App> {
  await (options.endpoint || state.isTemporary ? finishRestore(state) : prepareStore(state, log));
  const connection = await openTableConnection(options, state, log);
  const clocksBefore = [...clocks];
  try {
    const writtenShapes = createShapeKnowledge();
    const shapePorts = { domains: options.domains ?? allDomains, database: connection.database, writtenShapes };
    // The state locks the folder, so no other process has the table of the engine.
    await prepareShapes(shapePorts, { isExclusive: !options.endpoint && !options.connect });
    return buildApp(connection, options, { state, log, writtenShapes });
  } catch (error) {
    // A failed start must leave nothing open.
    for (const clock of clocks.filter((each) => !clocksBefore.includes(each))) dropClock(clock);
    connection.source.close();
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** Refuses a table that this release cannot read. */
async function prepareShapes(...[ports, options]: Parameters<typeof prepareTableShapes>): Promise<void> {
  try {
    await prepareTableShapes(ports, options);
  } catch (error) {
    throw isFailure(error, "CONFLICT") ? new Refusal(error.message) : error;
  }
}

/** Origins of pages that may read responses: all, the default of a deployment too. */
const ALL_ORIGINS = ["*"];

const buildStreamHandler = (ports: Ports) => streamHandler(ports, DEAD_LETTER_PREFIX);

/** Creates the handler of a function, which loads the function's code at its first request. */
function createHandler(name: FunctionName, ports: Ports): Handler {
  const load = memoize(async () => httpHandler((await functionLoaders[name].load()).operations, ports));
  return withCors(name, ALL_ORIGINS, async (event) => (await load())(event));
}

/** Builds the app over an open table. */
function buildApp(
  { database, source, table, close }: TableConnection,
  {
    origin = "http://127.0.0.1:3000",
    auditDays = DEFAULT_RETENTION_DAYS,
    archiveDays = DEFAULT_ARCHIVE_DAYS,
    signup = "open",
    domains = allDomains,
    stream = buildStreamHandler,
    runsInBackground = true,
    settledSchedules,
    time = Date.now,
    outbound,
  }: AppOptions,
  { state, log, writtenShapes }: { state: State; log: Ports["log"]; writtenShapes: Ports["writtenShapes"] },
): App {
  const offset = { ms: Number(state.get("clock") ?? 0) };
  const clock = () => time() + offset.ms;
  pushClock(clock);
  const files = folderFiles(join(state.folder, "files"));
  let mayHaveQueues = true;
  const secrets = fileSecrets(state);
  const objects = folderObjects({ folder: join(state.folder, "objects"), secrets, origin });
  const mail = mailbox(state);
  const bus: LocalBus = localBus(state, subscribers, log);
  const flows = localFlows(state, listFlows(domains), log);
  const requests = new RequestActivity();
  const providers = localProviders(state);
  const ports: Ports = {
    domains,
    database,
    writtenShapes,
    bus,
    mail,
    sms: smsMailbox(state),
    smsSender: "CRM",
    secrets,
    keys: fileKeys(state),
    files: {
      ...files,
      put(key, body) {
        mayHaveQueues ||= key.startsWith(TenantQueue.PREFIX);
        return files.put(key, body);
      },
    },
    objects,
    geocoder: noGeocoder,
    flows: flows.port,
    fonts: packagedFonts(),
    web: providers.web,
    outbound: outbound ?? providers.outbound,
    // All mail goes to the local mailbox, also if a tenant has configured a mail server.
    mailer: { systemAddress: "crm@crm.example", providerFor: () => mailboxProvider(mail) },
    operations: createOperations(),
    log,
    origin,
    inboundDomain: INBOUND_DOMAIN,
    auditDays,
    archiveDays,
    signup,
    keepsMailLocal: true,
  };
  bus.connect(ports);
  flows.connect(ports);
  const [handler, redriving] = [stream(ports), streamHandler(ports)];
  const consumer = createConsumer({
    source,
    state,
    files,
    log,
    handler,
    redriveHandler: redriving,
    requests,
    present: createItemReader(ports),
  });
  const scheduler = localScheduler(schedules, ports, state, log, settledSchedules);
  const handlers = Object.fromEntries(functionNames.map((name) => [name, createHandler(name, ports)])) as App["handlers"];
  /** Drains the queues of tenants that were set aside. Returns whether any record left its queue. */
  const drainQueues = async (): Promise<boolean> => {
    if (!mayHaveQueues) return false;
    mayHaveQueues = false;
    const { tenants, records, emptied } = await drainTenantQueues(ports);
    mayHaveQueues ||= tenants > emptied;
    return records > 0;
  };
  if (runsInBackground) for (const service of [bus, consumer, scheduler, flows]) service.start();

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
    setOrigin(address) {
      ports.origin = address;
      objects.setOrigin(address);
    },
    async settle() {
      // Each of them may create work for the others: jobs that continue themselves go through stream and bus for each slice.
      for (let idle = 0; idle < 2; ) {
        // Schedules that verify derived data need it complete, so stream, bus and flows settle first.
        const fired = await scheduler.settle(async () => {
          while ((await consumer.settle()) || (await drainQueues()) || (await bus.settle()) || (await flows.settle()));
        });
        const worked = [await consumer.settle(), await drainQueues(), await bus.settle(), await flows.settle(), fired];
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

/** Clocks of the running apps. The newest app's clock applies; without an app, the machine's. */
const clocks: (() => number)[] = [];

function pushClock(clock: () => number): void {
  clocks.push(clock);
  Clock.set(clock);
}

function dropClock(clock: () => number): void {
  clocks.splice(clocks.indexOf(clock), 1);
  Clock.set(clocks.at(-1));
}

async function openTableConnection(
  { endpoint, data, order, meter, faults, connect }: AppOptions,
  state: State,
  log: Ports["log"],
): Promise<TableConnection> {
  if (endpoint) return (await import("./table/external-server.ts")).connectExternal(endpoint, log);
  if (connect) return connect(meter, state.folder);
  if (data !== "memory") {
    return order
      ? connectTable(openTable(state.folder), { order, meter, faults })
      : connectTableThread(state.folder, { meter, faults });
  }
  const storage = new MemoryStorage(definition.indexes, definition.timeToLive);
  return connectTable(new TableEngine({ definition, storage }), { order, meter, faults });
}
