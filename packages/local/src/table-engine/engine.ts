import type { Input, Output } from "./command.ts";
import type { TableDefinition } from "./definition.ts";
import { query, scan } from "./page-commands.ts";
import { batchGetItem, getItem, transactGetItems } from "./read-commands.ts";
import { StaleReplica } from "./stale-replica.ts";
import type { Change, NamedToken, StreamRecord, TableStorage } from "./storage.ts";
import { TableError } from "./table-error.ts";
import { transactWriteItems } from "./transact-write.ts";
import { batchWriteItem, deleteItem, putItem, updateItem } from "./write-commands.ts";

interface EngineOptions {
  readonly definition: TableDefinition;
  readonly storage: TableStorage;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Yields numbers from 0 to 1. With it, reads that are not strongly consistent sometimes see an older state. */
  readonly staleness?: () => number;
}

export type Action =
  | ("GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query" | "Scan")
  | ("BatchGetItem" | "BatchWriteItem" | "TransactGetItems" | "TransactWriteItems");

/** Maximum number of items that one call removes. */
export const MAX_EXPIRED = 100;

/**
 * A DynamoDB table in this process. Each command is one synchronous step that reads, checks and commits, so commands never see each other's partial
 * state. Inputs and outputs are those of DynamoDB's API; errors are `TableError`s with its names and messages.
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

  /** Runs a command. Throws a TableError if DynamoDB would refuse it. */
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
        throw new TableError("UnknownOperationException", `This engine does not support the action ${action satisfies never}`);
    }
  }

  /** Returns stream records after a sequence number. */
  records(after: number, limit: number): StreamRecord[] {
    return this.storage.records(after, limit);
  }

  /**
   * Removes up to MAX_EXPIRED items whose time to live is over, and returns their number. Until then, reads return them, as on AWS, which removes
   * them hours later.
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
