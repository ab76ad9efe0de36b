import type { Input, Output } from "./command.ts";
import type { TableDefinition } from "./definition.ts";
import { query, scan } from "./page-commands.ts";
import { batchGetItem, getItem, transactGetItems } from "./read-commands.ts";
import { StaleReplica } from "./stale-replica.ts";
import type { Change, NamedToken, StreamRecord, TableStorage } from "./storage.ts";
import { TableError } from "./table-error.ts";
import { transactWriteItems } from "./transact-write.ts";
import { batchWriteItem, deleteItem, putItem, updateItem } from "./write-commands.ts";

export interface EngineOptions {
  readonly definition: TableDefinition;
  readonly storage: TableStorage;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Numbers from 0 to 1: with them, reads that are not strongly consistent see an older state, sometimes. */
  readonly staleness?: () => number;
}

export type Action =
  | ("GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query" | "Scan")
  | ("BatchGetItem" | "BatchWriteItem" | "TransactGetItems" | "TransactWriteItems");

/** Items that one call removes. */
export const MAX_EXPIRED = 100;

/**
 * A DynamoDB table in this process. Each command is one synchronous step: it reads, checks and commits, and nothing is seen in between.
 * Inputs and outputs are those of DynamoDB's API; errors are `TableError`s with its names and messages.
 */
export class TableEngine {
  readonly definition: TableDefinition;
  readonly storage: TableStorage;
  readonly #now: () => number;
  readonly #replica: StaleReplica | undefined;

  constructor({ definition, storage, now = Date.now, staleness }: EngineOptions) {
    this.definition = definition;
    this.storage = storage;
    this.#now = now;
    this.#replica = staleness && new StaleReplica(definition, staleness);
  }

  /** A TableError if DynamoDB would refuse it. */
  execute(action: Action, input: Input): Output {
    switch (action) {
      case "GetItem":
        return getItem(input, this.#source());
      case "Query":
        return query(input, this.#source());
      case "Scan":
        return scan(input, this.#source());
      case "BatchGetItem":
        return batchGetItem(input, this.#source());
      case "TransactGetItems":
        return transactGetItems(input, this.#source());
      case "PutItem":
        return putItem(input, this.#target());
      case "UpdateItem":
        return updateItem(input, this.#target());
      case "DeleteItem":
        return deleteItem(input, this.#target());
      case "BatchWriteItem":
        return batchWriteItem(input, this.#target());
      case "TransactWriteItems":
        return transactWriteItems(input, this.#target());
      default:
        throw new TableError("UnknownOperationException", `This engine has no action ${action satisfies never}`);
    }
  }

  /** Stream records behind a sequence number. */
  records(after: number, limit: number): StreamRecord[] {
    return this.storage.records(after, limit);
  }

  /**
   * Removes items whose time to live is over, some at a time; how many it removed. Until then they are read as others are, as on AWS,
   * which removes them hours later.
   */
  removeExpired(now: number = this.#now()): number {
    const rows = this.storage.expired(Math.floor(now / 1000), MAX_EXPIRED);
    const changes = rows.map(
      (row): Change => ({ pk: row.pk, sk: row.sk, before: row, after: undefined, isStreamed: true, isExpiry: true }),
    );
    if (changes.length > 0) this.#commit(changes);
    return changes.length;
  }

  close(): void {
    this.storage.close();
  }

  #source() {
    const { definition, storage } = this;
    return { definition, storage, replica: this.#replica?.storage() ?? storage };
  }

  #target() {
    const { definition, storage } = this;
    return { definition, storage, now: this.#now, commit: this.#commit };
  }

  #commit = (changes: readonly Change[], token?: NamedToken): void => {
    this.storage.commit(changes, { now: this.#now(), ...(token ? { token } : {}) });
    this.#replica?.enqueue(changes);
  };
}
