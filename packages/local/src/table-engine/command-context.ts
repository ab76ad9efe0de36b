import type { TableDefinition } from "./definition.ts";
import type { Change, NamedToken, TableStorage } from "./storage.ts";

/** The storage and clock that commands use. */

export interface ReadSource {
  readonly definition: TableDefinition;
  /** The storage of strongly consistent reads. */
  readonly storage: TableStorage;
  /** The storage of eventually consistent reads, among them those of indexes: the same, or an older state. */
  readonly replica: TableStorage;
}

export interface WriteTarget {
  readonly definition: TableDefinition;
  readonly storage: TableStorage;
  /** Milliseconds since 1970. */
  now(): number;
  /** Stores changes in one transaction. */
  commit(changes: readonly Change[], token?: NamedToken): void;
}
