import { setImmediate as turnOfEventLoop } from "node:timers/promises";
import type { Database } from "@crm/core/kernel/ports.ts";
import { addCapacity, type Meter } from "../capacity-meter.ts";
import type { Input, Output } from "./command.ts";
import type { CommandOrder } from "./command-order.ts";
import { marshalInput, resolveAction, unmarshalOutput } from "./documents.ts";
import type { Action, TableEngine } from "./engine.ts";
import type { Execute, InjectedFaults } from "./injected-faults.ts";
import { TableError, TransactionCanceled } from "./table-error.ts";

export interface DatabaseOptions {
  /** Counts the consumed capacity of commands. */
  readonly meter?: Meter | undefined;
  /** Makes commands fail as they sometimes do on DynamoDB. */
  readonly faults?: InjectedFaults | undefined;
}

export interface TableDatabaseOptions extends DatabaseOptions {
  /** Interleaves concurrent commands in an order that a seed decides. Without it, each command runs at once as a whole. */
  readonly order?: CommandOrder | undefined;
}

/** Returns the database port over a table engine of this thread. */
export function tableDatabase(engine: TableEngine, { order, ...options }: TableDatabaseOptions = {}): Database {
  const commands = order ? new ConflictingCommands(engine, order) : new DirectCommands(engine);
  return databaseFor(engine.definition.name, (action, input) => commands.execute(action, input), options);
}

/** Returns the database port over a function that executes commands. */
export function databaseFor(table: string, execute: Execute, { meter, faults }: DatabaseOptions = {}): Database {
  return {
    table,
    async send(command) {
      const action = resolveAction(command);
      const commandInput = (command as { input: Input }).input;
      const input = marshalInput(meter ? { ...commandInput, ReturnConsumedCapacity: "INDEXES" } : commandInput);
      const output = await (faults ? faults.execute(action, input, execute) : execute(action, input));
      if (meter) addCapacity(meter, command, output);
      return { $metadata: {}, ...unmarshalOutput(output) };
    },
  };
}

/** Milliseconds that commands may run without yielding to the event loop. */
const MAX_RUN_MS = 4;

/**
 * Runs each command when it is sent. Commands of one caller would follow each other without yielding to the event loop, and a long series would delay
 * requests, timers and signals. So after MAX_RUN_MS the next command yields to the event loop first.
 */
class DirectCommands {
  readonly #engine: TableEngine;
  #runSince = performance.now();

  constructor(engine: TableEngine) {
    this.#engine = engine;
  }

  async execute(action: Action, input: Input): Promise<Output> {
    if (performance.now() - this.#runSince > MAX_RUN_MS) {
      await turnOfEventLoop();
      this.#runSince = performance.now();
    }
    return this.#engine.execute(action, input);
  }
}

/** Runs commands as if each took time: transactions are in flight for a while, and commands on one of their items meanwhile fail as on DynamoDB. */
class ConflictingCommands {
  readonly #engine: TableEngine;
  readonly #order: CommandOrder;
  readonly #inFlight = new Set<string>();

  constructor(engine: TableEngine, order: CommandOrder) {
    this.#engine = engine;
    this.#order = order;
  }

  async execute(action: Action, input: Input): Promise<Output> {
    await this.#order.waitForTurn();
    try {
      if (action === "TransactWriteItems") return await this.#transact(input);
      if (action === "TransactGetItems") this.#requireFree(listRequestKeys(input));
      if (action === "BatchWriteItem") return this.#writeBatch(input);
      if (action === "PutItem" || action === "UpdateItem" || action === "DeleteItem") this.#requireFreeItem(input);
      return this.#engine.execute(action, input);
    } finally {
      await this.#order.waitForTurn();
    }
  }

  async #transact(input: Input): Promise<Output> {
    // A repeat of a stored transaction writes no item, so it has no conflict.
    if (typeof input.ClientRequestToken === "string" && this.#engine.storage.token(input.ClientRequestToken))
      return this.#engine.execute("TransactWriteItems", input);
    const keys = listRequestKeys(input);
    this.#requireFree(keys);
    for (const key of keys) this.#inFlight.add(key);
    try {
      await this.#order.waitForTurn();
      return this.#engine.execute("TransactWriteItems", input);
    } finally {
      for (const key of keys) this.#inFlight.delete(key);
    }
  }

  #requireFree(keys: readonly string[]): void {
    const reasons = keys.map((key) =>
      this.#inFlight.has(key)
        ? { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" }
        : { Code: "None" },
    );
    if (reasons.some(({ Code }) => Code !== "None")) throw new TransactionCanceled(reasons);
  }

  #requireFreeItem(input: Input): void {
    if (this.#inFlight.has(serializeRequestKey(input)))
      throw new TableError("TransactionConflictException", "Transaction is ongoing for the item");
  }

  /** Returns writes of items in a running transaction as unprocessed. */
  #writeBatch(input: Input): Output {
    const [[table = "", requests = []] = []] = Object.entries((input.RequestItems ?? {}) as Record<string, Input[]>);
    const blockedRequests = requests.filter(({ PutRequest, DeleteRequest }) =>
      this.#inFlight.has(serializeRequestKey((PutRequest ?? DeleteRequest ?? {}) as Input)),
    );
    if (blockedRequests.length === 0) return this.#engine.execute("BatchWriteItem", input);
    const free = requests.filter((request) => !blockedRequests.includes(request));
    const output: Output =
      free.length === 0 ? {} : this.#engine.execute("BatchWriteItem", { ...input, RequestItems: { [table]: free } });
    return { ...output, UnprocessedItems: { [table]: blockedRequests } };
  }
}

/** Serialises the key that a request names. */
function serializeRequestKey({ Item, Key }: Input): string {
  const { pk, sk } = (Item ?? Key ?? {}) as { pk?: { S: string }; sk?: { S: string } };
  return JSON.stringify([pk?.S, sk?.S]);
}

const listRequestKeys = ({ TransactItems }: Input): string[] =>
  ((TransactItems ?? []) as Record<string, Input>[]).map((action) => serializeRequestKey(Object.values(action)[0] ?? {}));
