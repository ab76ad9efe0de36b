import { AsyncLocalStorage } from "node:async_hooks";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idPrefix } from "@crm/core/kernel/id.ts";
import type { Database, DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import type { WriteAction } from "@crm/core/storage/table/item.ts";
import { runOutsideBatch } from "@crm/core/storage/table/transaction-batch.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient, type Transport } from "@crm/functions/derive/client.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import { type Subscriber, subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import type { StreamSource } from "@crm/local/stream-consumer.ts";
import { inProcessTransport, isRecordWrite, startTestApp } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

const recordKinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);

/** The name of the record kind that an id belongs to. */
const recordKindName = (id: string): string | undefined => recordKinds.find(({ prefix }) => prefix === idPrefix(id))?.name;

/**
 * Faults of a single write:
 *
 * - fails: every attempt is rejected, and so is every later write of the invocation
 * - is throttled, conflicts: the first attempt is rejected, and the next one would succeed
 * - is overtaken: another writer has just changed a record whose version the write checks
 * - loses its answer: it is applied, but the caller gets a timeout
 * - is the last: it is applied, and its process dies before anything else happens
 */
export const faultKinds = ["fails", "is throttled", "conflicts", "is overtaken", "loses its answer", "is the last"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A write with its source and target, and the writes that were in flight at the same time. */
export interface Write {
  source: string;
  target: string;
  concurrentWrites: readonly string[];
  /** Whether our code retries it after a transient fault; single commands leave that to the database client. */
  isTransaction: boolean;
  /**
   * The faults that apply to it: only transactions conflict, a mailbox is not throttled, and a write without a version check is not
   * overtaken.
   */
  faultKinds: readonly FaultKind[];
}

export interface WriteFault {
  kind: FaultKind;
  /** The position of the write in the run, starting at 1. */
  nth: number;
}

/** One run of a function: a request, a stream batch, a delivery to a subscriber or a schedule. */
interface Invocation {
  source: string;
  /** Rejects every write from now on. */
  isFailing?: boolean;
  /** The process has died: its further commands have no effect. */
  isGone?: boolean;
}

/** The process has stopped. Every port throws this from then on, even if the code catches it. */
class StoppedError extends Error {
  override name = "Stopped";
}

const currentInvocation = new AsyncLocalStorage<Invocation>();

/** Attempts to deliver an event or a stream batch before it becomes a dead letter. */
const MAX_ATTEMPTS = 5;
const BATCH_SIZE = 100;

/**
 * The whole system without background loops. A test sends requests and moves the stream, the bus and the clock, as the event sources in
 * the cloud would: a failed function is called again with the same input. The writes of a run are counted, and one of them can get a
 * fault.
 */
export class SteppedSystem {
  readonly app: App;
  /** The writes of the run so far. */
  writes: Write[] = [];
  /** Events and stream records whose deliveries all failed. */
  readonly deadLetters: string[] = [];
  readonly #database: Database;
  readonly #source: StreamSource;
  readonly #stream: ReturnType<typeof streamHandler>;
  #position = "0";
  readonly #events: { subscriber: Subscriber; event: DomainEvent; attempts: number }[] = [];
  #fault: WriteFault | undefined;
  #countsWrite: ((source: string, target: string) => boolean) | undefined;
  #faultedWrite: Write | undefined;
  readonly #pendingWrites = new Set<string>();
  readonly #deliveredTo = new Set<string>();

  private constructor(app: App) {
    // Code that waits for the app to settle drains this system instead.
    this.app = { ...app, settle: () => this.drain() };
    this.#database = app.ports.database;
    this.#source = app.source;
    this.#wrapPorts(app.ports);
    this.#stream = streamHandler(app.ports);
  }

  static async start(): Promise<SteppedSystem> {
    // Expected failures would fill the log; unexpected ones show in the resulting state.
    const app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }), log: { write: () => undefined } });
    await app.scheduler.stop();
    return new SteppedSystem(app);
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }

  /** Calls the handlers; each request is a separate invocation. */
  client(token?: string): Client {
    return createClient(this.transport(token));
  }

  transport(token?: string): Transport {
    const send = inProcessTransport(this.app, token);
    return async (request) => {
      const invocation: Invocation = { source: "request" };
      const answer = await currentInvocation.run(invocation, () => send(request));
      if (invocation.isGone) throw new StoppedError("The connection went with the process");
      return answer;
    };
  }

  /** Runs work of the system, such as an operator's command or a schedule. */
  invoke<T>(source: string, work: () => Promise<T>): Promise<T> {
    return currentInvocation.run({ source: source }, work);
  }

  /** Starts a run: counts the matching writes and applies the fault to one of them. */
  arm(counts: (source: string, target: string) => boolean, strike?: WriteFault): void {
    this.writes = [];
    this.#deliveredTo.clear();
    this.#faultedWrite = undefined;
    this.#countsWrite = counts;
    this.#fault = strike;
  }

  /** Ends the run and returns the write that got the fault. */
  disarm(): Write | undefined {
    this.#countsWrite = undefined;
    this.#fault = undefined;
    return this.#faultedWrite;
  }

  get faultedWrite(): Write | undefined {
    return this.#faultedWrite;
  }

  /** Runs the due steps of flows. A step that dies is called again later by its state machine. */
  #moveFlows(): Promise<boolean> {
    return currentInvocation.run({ source: "flow" }, () => this.app.flows.settle());
  }

  /** Drops pending events. */
  dropEvents(): void {
    this.#events.length = 0;
  }

  /** Subscribers that received an event in this run. */
  get deliveredSubscribers(): ReadonlySet<string> {
    return this.#deliveredTo;
  }

  /** Moves the stream, the bus and the flows until no work is left. */
  async drain(): Promise<void> {
    for (let idle = 0; idle < 2; ) {
      const progress = [await this.#moveStream(), await this.#deliver(), await this.#moveFlows()];
      idle = progress.includes(true) ? 0 : idle + 1;
    }
  }

  /** Advances the clock, then runs what is due and its follow-up work. */
  async advance(seconds: number): Promise<void> {
    this.app.setClock({ advance: seconds * 1000 });
    await this.sweep();
  }

  async sweep(): Promise<void> {
    const due = schedules.find(({ name }) => name === "due");
    const run = await due?.load();
    for (let attempt = 1; attempt <= 2; attempt++) {
      const invocation: Invocation = { source: "due" };
      const failed = await currentInvocation
        .run(invocation, async () => run?.(this.app.ports))
        .then(
          () => false,
          () => true,
        );
      // A sweep logs its failures and ends. A sweep that died is run again.
      if (!failed && !invocation.isGone && !invocation.isFailing) break;
    }
    await this.drain();
  }

  async #moveStream(): Promise<boolean> {
    let hasMoved = false;
    for (;;) {
      const { records, position } = await this.#source.read(this.#position, BATCH_SIZE);
      if (position === this.#position) return hasMoved;
      let rest = records;
      for (let attempt = 1; rest.length > 0; attempt++) {
        const batch = rest;
        const invocation: Invocation = { source: "stream" };
        const answer = await currentInvocation.run(invocation, () => this.#stream({ Records: [...batch] }));
        const [first] = batch;
        const failed = invocation.isGone ? first?.dynamodb?.SequenceNumber : answer.batchItemFailures[0]?.itemIdentifier;
        if (failed === undefined) break;
        const from = batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed);
        rest = batch.slice(Math.max(from, 0));
        if (attempt < MAX_ATTEMPTS) continue;
        this.deadLetters.push(`stream ${JSON.stringify(rest[0]?.dynamodb?.Keys)}`);
        rest = rest.slice(1);
        attempt = 0;
      }
      this.#position = position;
      hasMoved = true;
    }
  }

  async #deliver(): Promise<boolean> {
    const waiting = this.#events.splice(0);
    for (const delivery of waiting) {
      const { subscriber, event } = delivery;
      const subscriberName = subscriber.name;
      this.#deliveredTo.add(subscriberName);
      try {
        const handle = await subscriber.load();
        const invocation: Invocation = { source: subscriberName };
        await currentInvocation.run(invocation, () => handle(event, this.app.ports));
        if (invocation.isGone) throw new StoppedError();
      } catch (error) {
        if (++delivery.attempts < MAX_ATTEMPTS) this.#events.push(delivery);
        else this.deadLetters.push(`${subscriberName} ${event.id}: ${error}`);
      }
    }
    return waiting.length > 0;
  }

  /** Routes every port through this system. A process that dies loses its caches together with its database connection. */
  #wrapPorts(ports: Ports): void {
    const { mail, objects, keys, flows } = ports;
    this.#restart();
    ports.bus = {
      publish: (events) =>
        this.#write("event", async () => {
          for (const event of events) {
            for (const subscriber of subscribers)
              if (subscriber.events.includes(event.type)) this.#events.push({ subscriber, event, attempts: 0 });
          }
        }),
    };
    ports.mail = { ...mail, send: (message) => this.#write("mail", () => mail.send(message)) };
    ports.objects = {
      ...objects,
      write: (key, body) => this.#write("object", () => objects.write(key, body)),
      delete: (prefix) => this.#write("object's end", () => objects.delete(prefix)),
      open: (key) => this.#read(() => objects.open(key)),
    };
    ports.flows = {
      ...flows,
      start: (flow, name, input) => this.#write("execution", () => flows.start(flow, name, input)),
      succeed: (token, output) => this.#write("answer", () => flows.succeed(token, output)),
    };
    ports.keys = { ...keys, startGeneration: () => this.#write("master key", () => keys.startGeneration()) };
  }

  #restart(): void {
    const { table } = this.#database;
    const send: Database["send"] = (command, scope) => {
      const work = () => this.#database.send(command, scope);
      const { name } = command.constructor;
      if (!/^(Put|Update|Delete|TransactWrite|BatchWrite)Command$/.test(name)) return this.#read(work);
      const target = describeCommand(command);
      // Their leases depend on the clock, not on the operation under test.
      return /^(RATE|NUMBER|throttle)$/.test(target) ? this.#read(work) : this.#write(target, work, command);
    };
    this.app.ports.database = { table, send };
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    const invocation = currentInvocation.getStore();
    if (invocation?.isGone) throw new StoppedError();
    const answer = await work();
    if (invocation?.isGone) throw new StoppedError();
    return answer;
  }

  async #write<T>(target: string, work: () => Promise<T>, command?: object): Promise<T> {
    const invocation = currentInvocation.getStore();
    if (invocation?.isGone) throw new StoppedError();
    if (invocation?.isFailing) throw buildFaultError("InternalServerError");
    if (!invocation || !this.#countsWrite?.(invocation.source, target)) return this.#read(work);
    const isTransaction = isRecordWrite(command);
    const write: Write = {
      source: invocation.source,
      target: target,
      concurrentWrites: [...this.#pendingWrites],
      isTransaction,
      faultKinds: listFaultKinds(command),
    };
    this.writes.push(write);
    const strike = this.#fault;
    this.#pendingWrites.add(target);
    try {
      if (!strike || this.#faultedWrite || this.writes.length !== strike.nth) return await this.#read(work);
      return await this.#applyFault(strike.kind, invocation, write, work, command);
    } finally {
      this.#pendingWrites.delete(target);
    }
  }

  async #applyFault<T>(
    kind: FaultKind,
    invocation: Invocation,
    write: Write,
    work: () => Promise<T>,
    command: object | undefined,
  ): Promise<T> {
    if (!write.faultKinds.includes(kind) || (kind === "is overtaken" && !(await this.#overtake(command))))
      return this.#read(work);
    this.#faultedWrite = write;
    if (kind === "is overtaken") return this.#read(work);
    if (kind === "is throttled") throw buildFaultError("ProvisionedThroughputExceededException");
    if (kind === "conflicts" && command?.constructor.name === "PutCommand") throw buildFaultError("TransactionConflictException");
    if (kind === "conflicts")
      throw Object.assign(buildFaultError("TransactionCanceledException"), {
        CancellationReasons: [{ Code: "TransactionConflict" }],
      });
    if (kind === "fails") {
      invocation.isFailing = true;
      throw buildFaultError("InternalServerError");
    }
    await work();
    if (kind === "loses its answer") throw buildFaultError("TimeoutError");
    invocation.isGone = true;
    this.#restart();
    throw new StoppedError();
  }

  /** Changes a record whose version the command checks; false if it checks none. */
  #overtake(command: object | undefined): Promise<boolean> {
    const expected = findVersionCheck(command);
    if (!expected) return Promise.resolve(false);
    const { pk, sk: id } = actionKey(expected);
    const collection = loadedCollections.get(recordKindName(id) ?? "person");
    const tenant = /^T#([^#]+)#/.exec(pk)?.[1];
    if (!collection || !tenant) return Promise.resolve(false);
    const rival = (): Promise<boolean> =>
      runIn(systemContext(this.app.ports, tenant, "rival"), async () => {
        const current = await Records.find(collection, id);
        if (!current) return false;
        await transaction().replace(collection, current, Records.nextVersion(current, current)).commit(undefined);
        return true;
      });
    return currentInvocation.exit(() => runOutsideBatch(rival));
  }
}

const buildFaultError = (name: string): Error => Object.assign(new Error(`Struck: ${name}`), { name, $metadata: {} });

const actionKey = ({ Put, Update, Delete, ConditionCheck }: WriteAction): { pk: string; sk: string } =>
  (Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key) as { pk: string; sk: string };

type BatchEntry = { PutRequest?: { Item: object }; DeleteRequest?: { Key: object } };
type CommandInput = {
  TransactItems?: WriteAction[];
  RequestItems?: Record<string, BatchEntry[]>;
  Item?: object;
  Key?: object;
  ConditionExpression?: string;
};

function listActions(command: object | undefined): WriteAction[] {
  if (!command) return [];
  const { input } = command as { input: CommandInput };
  if (input.TransactItems) return input.TransactItems;
  if (input.RequestItems) {
    const all = Object.values(input.RequestItems).flat();
    return all.map(({ PutRequest, DeleteRequest }) => ({ Put: PutRequest, Delete: DeleteRequest }) as WriteAction);
  }
  const name = command.constructor.name.replace("Command", "");
  return [partOf<WriteAction>({ [name]: input })];
}

/** The write that checks the version of a record. */
const findVersionCheck = (command: object | undefined): WriteAction | undefined =>
  listActions(command).find((action) => {
    const { ConditionExpression = "" } = action.Put ?? action.Update ?? action.Delete ?? action.ConditionCheck ?? {};
    return /^version = :/.test(ConditionExpression) && recordKindName(actionKey(action).sk) !== undefined;
  });

const listFaultKinds = (command: object | undefined): readonly FaultKind[] =>
  faultKinds.filter((kind) => {
    if (kind === "is overtaken") return findVersionCheck(command) !== undefined;
    if (kind === "conflicts") return isRecordWrite(command);
    return command !== undefined || kind !== "is throttled";
  });

/** Describes what a command writes: record kinds, and other items by the names in their keys. */
function describeCommand(command: object): string {
  const countByTarget = new Map<string, number>();
  for (const action of listActions(command)) {
    const { pk, sk } = actionKey(action);
    const [space, first = "", second = ""] = pk.split("#");
    const kind = recordKindName(sk.replace(/^~(\w+#)?/, ""));
    const fallbackName = space === "S" ? first.toLowerCase() : second;
    const target = kind && /^(P|E)$/.test(second) ? `${sk.startsWith("~") ? "~" : ""}${kind}` : fallbackName;
    countByTarget.set(target, (countByTarget.get(target) ?? 0) + 1);
  }
  return [...countByTarget].map(([target, times]) => (times > 1 ? `${target} ×${times}` : target)).join(" + ");
}
