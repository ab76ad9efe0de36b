import type { Item } from "./attribute-value.ts";

export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: Item;
}

/** An error as the SDK throws it, identified by its name, with status 400. */
export class TableError extends Error {
  readonly $fault = "client";
  readonly $metadata = { httpStatusCode: 400, attempts: 1 };

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export class ValidationError extends TableError {
  constructor(message: string) {
    super("ValidationException", message);
  }
}

/** The error for a key that does not fit the table. In a transaction it becomes the action's cancellation reason. */
export class SchemaError extends ValidationError {}

export class ConditionalCheckFailed extends TableError {
  /** The stored item, if the command asked for it. */
  readonly Item: Item | undefined;

  constructor(item?: Item) {
    super("ConditionalCheckFailedException", "The conditional request failed");
    this.Item = item;
  }
}

export class TransactionCanceled extends TableError {
  readonly CancellationReasons: readonly CancellationReason[];

  constructor(reasons: readonly CancellationReason[]) {
    const codes = reasons.map(({ Code }) => Code).join(", ");
    super(
      "TransactionCanceledException",
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
    this.CancellationReasons = reasons;
  }
}

/** Builds the error for one invalid parameter, with DynamoDB's usual beginning. */
export const invalidParameter = (problem: string): ValidationError =>
  new ValidationError(`One or more parameter values were invalid: ${problem}`);
