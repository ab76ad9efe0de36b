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

const recordKinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);

/** The name of the kind of record that an id is of. */
const recordKindName = (id: string): string | undefined => recordKinds.find(({ prefix }) => prefix === idPrefix(id))?.name;

/**
 * What can happen to one write:
 *
 * - fails: it is refused at every try, and so is whatever the invocation writes afterwards
 * - is throttled, conflicts: it is refused once, and would go through at the next try
 * - is overtaken: somebody else has just written a record that it expects as it was read
 * - loses its answer: it is applied, and a time limit passes in place of an answer
 * - is the last: it is applied, and the process that wrote it is gone before anything else happens
 */
export const faultKinds = ["fails", "is throttled", "conflicts", "is overtaken", "loses its answer", "is the last"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One write, by whom and of what, and the writes that were under way beside it. */
export interface Write {
  source: string;
  target: string;
  concurrentWrites: readonly string[];
  /** Whether it is tried again where what refuses it passes: single commands leave that to the client of the table. */
  isTransaction: boolean;
  /**
   * Which strikes mean something for it: transactions conflict, a mailbox is not throttled, what expects nothing is not
   * overtaken.
   */
  faultKinds: readonly FaultKind[];
}

export interface WriteFault {
  kind: FaultKind;
  /** Which write of the run, from 1. */
  nth: number;
}

/** One run of a function: a request, a batch of the stream, a delivery to a subscriber, a schedule. */
interface Invocation {
  source: string;
  /** Refuses every write from here on. */
  isFailing?: boolean;
  /** The process is gone: whatever it still tries does not happen. */
  isGone?: boolean;
}

/** Nothing that runs may go on after this, however it catches it: every port refuses. */
class StoppedError extends Error {
  override name = "Stopped";
}

const currentInvocation = new AsyncLocalStorage<Invocation>();

/** Deliveries of one event, and of one batch of the stream, after which it would be set aside. */
const MAX_ATTEMPTS = 5;
const BATCH_SIZE = 100;

/**
 * The whole system without any loop of its own. Requests are sent by a test, and the stream, the bus and the clock move when it
 * says so, as the event sources of the cloud would move them: a function that fails is called again with what it had. Writes of
 * one run are counted, and one of them can be struck.
 */
export class SteppedSystem {
  readonly app: App;
  /** What the run has written up to now. */
  writes: Write[] = [];
  /** Events that no delivery could work off, and records of the stream. */
  readonly deadLetters: string[] = [];
  readonly #database: Database;
  readonly #source: StreamSource;
  readonly #stream: ReturnType<typeof streamHandler>;
  #position = "0";
  readonly #events: { subscriber: Subscriber; event: DomainEvent; attempts: number }[] = [];
  #fault: WriteFault | undefined;
  #countsWrite: ((by: string, what: string) => boolean) | undefined;
  #faultedWrite: Write | undefined;
  readonly #pendingWrites = new Set<string>();
  readonly #deliveredTo = new Set<string>();

  private constructor(app: App) {
    // What waits for the system to come to rest moves this line instead.
    this.app = { ...app, settle: () => this.drain() };
    this.#database = app.ports.database;
    this.#source = app.source;
    this.#wrapPorts(app.ports);
    this.#stream = streamHandler(app.ports);
  }

  static async start(): Promise<SteppedSystem> {
    // Failures are what these tests make; what they do not expect, they see in what is left behind.
    const app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }), log: { write: () => undefined } });
    await app.scheduler.stop();
    return new SteppedSystem(app);
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }

  /** Calls the handlers, each request an invocation of its own. */
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

  /** Runs work of the system itself, as an operator's command or a schedule does. */
  invoke<T>(by: string, work: () => Promise<T>): Promise<T> {
    return currentInvocation.run({ source: by }, work);
  }

  /** Counts the writes of a run from now on, by these invocations, and strikes one of them. */
  arm(counts: (by: string, what: string) => boolean, strike?: WriteFault): void {
    this.writes = [];
    this.#deliveredTo.clear();
    this.#faultedWrite = undefined;
    this.#countsWrite = counts;
    this.#fault = strike;
  }

  /** Ends the run; the write that was struck. */
  disarm(): Write | undefined {
    this.#countsWrite = undefined;
    this.#fault = undefined;
    return this.#faultedWrite;
  }

  get faultedWrite(): Write | undefined {
    return this.#faultedWrite;
  }

  /** Steps of flows that are due; one that dies is called again by its machine, as time passes. */
  #moveFlows(): Promise<boolean> {
    return currentInvocation.run({ source: "flow" }, () => this.app.flows.settle());
  }

  /** Drops events that wait. */
  dropEvents(): void {
    this.#events.length = 0;
  }

  /** Subscribers to whom an event has been delivered since the run began. */
  get deliveredSubscribers(): ReadonlySet<string> {
    return this.#deliveredTo;
  }

  /** Moves stream, bus and flows until nothing is left to do. */
  async drain(): Promise<void> {
    for (let idle = 0; idle < 2; ) {
      const moved = [await this.#moveStream(), await this.#deliver(), await this.#moveFlows()];
      idle = moved.includes(true) ? 0 : idle + 1;
    }
  }

  /** Lets seconds pass, does what is due then, and what follows from it. */
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
      // A sweep logs what it could not do and ends; one that died is followed by the next.
      if (!failed && !invocation.isGone && !invocation.isFailing) break;
    }
    await this.drain();
  }

  async #moveStream(): Promise<boolean> {
    let moved = false;
    for (;;) {
      const { records, position } = await this.#source.read(this.#position, BATCH_SIZE);
      if (position === this.#position) return moved;
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
      moved = true;
    }
  }

  async #deliver(): Promise<boolean> {
    const waiting = this.#events.splice(0);
    for (const each of waiting) {
      const { subscriber, event } = each;
      const by = subscriber.name;
      this.#deliveredTo.add(by);
      try {
        const handle = await subscriber.load();
        const invocation: Invocation = { source: by };
        await currentInvocation.run(invocation, () => handle(event, this.app.ports));
        if (invocation.isGone) throw new StoppedError();
      } catch (error) {
        if (++each.attempts < MAX_ATTEMPTS) this.#events.push(each);
        else this.deadLetters.push(`${by} ${event.id}: ${error}`);
      }
    }
    return waiting.length > 0;
  }

  /** Puts every port through the line; what a process has remembered goes with the database that it talked to. */
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
      const what = describeCommand(command);
      // Leased ahead by the clock, not by what a verb does.
      return /^(RATE|NUMBER|throttle)$/.test(what) ? this.#read(work) : this.#write(what, work, command);
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

  async #write<T>(what: string, work: () => Promise<T>, command?: object): Promise<T> {
    const invocation = currentInvocation.getStore();
    if (invocation?.isGone) throw new StoppedError();
    if (invocation?.isFailing) throw buildFaultError("InternalServerError");
    if (!invocation || !this.#countsWrite?.(invocation.source, what)) return this.#read(work);
    const isTransaction = isRecordWrite(command);
    const write: Write = {
      source: invocation.source,
      target: what,
      concurrentWrites: [...this.#pendingWrites],
      isTransaction,
      faultKinds: listFaultKinds(command),
    };
    this.writes.push(write);
    const strike = this.#fault;
    this.#pendingWrites.add(what);
    try {
      if (!strike || this.#faultedWrite || this.writes.length !== strike.nth) return await this.#read(work);
      return await this.#applyFault(strike.kind, invocation, write, work, command);
    } finally {
      this.#pendingWrites.delete(what);
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

  /** Writes a record that the command expects in the version that was read; false where it expects none. */
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
  return [{ [name]: input } as unknown as WriteAction];
}

/** A record that the command expects in the version that was read. */
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

/** What a command writes: kinds of records, and other things of a tenant by their names in its keys. */
function describeCommand(command: object): string {
  const counted = new Map<string, number>();
  for (const action of listActions(command)) {
    const { pk, sk } = actionKey(action);
    const [space, first = "", second = ""] = pk.split("#");
    const kind = recordKindName(sk.replace(/^~(\w+#)?/, ""));
    const other = space === "S" ? first.toLowerCase() : second;
    const what = kind && /^(P|E)$/.test(second) ? `${sk.startsWith("~") ? "~" : ""}${kind}` : other;
    counted.set(what, (counted.get(what) ?? 0) + 1);
  }
  return [...counted].map(([what, times]) => (times > 1 ? `${what} ×${times}` : what)).join(" + ");
}
