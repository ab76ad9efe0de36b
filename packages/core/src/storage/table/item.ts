import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";

/** An item of the table as the DocumentClient reads and writes it. */
export type Item = Record<string, unknown>;

/** One write, or one check, of a transaction. */
export type WriteAction = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A write of a transaction, and what it means that its condition does not hold. */
export interface WriteStep {
  action: WriteAction;
  /** What the transaction throws then. */
  rejection: () => Error;
}

/** A condition on what is there before a write, and what is thrown where it does not hold. */
export interface WriteCondition {
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
  rejection?: () => Error;
}
