import type { TableDefinition } from "./definition.ts";
import type { Change, NamedToken, TableStorage } from "./storage.ts";

/** What commands read from and write to. */

export interface ReadSource {
  readonly definition: TableDefinition;
  /** What strongly consistent reads see. */
  readonly storage: TableStorage;
  /** What eventually consistent reads see, those of indexes among them: the same, or an older state. */
  readonly replica: TableStorage;
}

export interface WriteTarget {
  readonly definition: TableDefinition;
  readonly storage: TableStorage;
  /** Milliseconds since 1970. */
  now(): number;
  /** Stores changes that belong together. */
  commit(changes: readonly Change[], token?: NamedToken): void;
}
