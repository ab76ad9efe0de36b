import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";

/** An item of the table as the DocumentClient reads and writes it. */
export type Item = Record<string, unknown>;

/** One write or condition check of a transaction. */
export type WriteAction = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A write of a transaction, and the meaning of a failed condition. */
export interface WriteStep {
  action: WriteAction;
  /** Returns the error that the transaction throws if the condition fails. */
  rejection: () => Error;
}

/** A condition on the existing item, and the error if it fails. */
export interface WriteCondition {
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
  rejection?: () => Error;
}
