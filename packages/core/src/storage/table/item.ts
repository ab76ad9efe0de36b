import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";

/** An item of the table as the DocumentClient reads and writes it. */
export type Item = Record<string, unknown>;

/** One write, or one check, of a transaction. */
export type Action = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A write of a transaction, and what it means that its condition does not hold. */
export interface Step {
  action: Action;
  /** What the transaction throws then. */
  refused: () => Error;
}
