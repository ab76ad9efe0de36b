import type { Input, Output } from "./command.ts";
import type { Action } from "./engine.ts";
import { TableError, TransactionCanceled } from "./table-error.ts";

type Fault = "conflict" | "throttling" | "lostAnswer";

export type Execute = (action: Action, input: Input) => Promise<Output>;

const WRITES: readonly Action[] = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];

/**
 * Injects failures that writes to DynamoDB sometimes have, for tests of the callers. A write may conflict with another transaction. A transaction may
 * be throttled, or be stored while its answer is lost. Other commands are not throttled and lose no answer, because the SDK's client retries them.
 */
export class InjectedFaults {
  /** The share of commands with each fault, from 0 to 1. Initially none occurs. A share of 0.1 is every tenth command, from a random one on. */
  readonly shares: Record<Fault, number> = { conflict: 0, throttling: 0, lostAnswer: 0 };
  /** How often each was injected. */
  readonly counts: Record<Fault, number> = { conflict: 0, throttling: 0, lostAnswer: 0 };
  /** The commands that are still to fail, as a sum of shares. */
  readonly #owed: Record<Fault, number>;
  /** Tokens of transactions whose answer was lost: their retry causes no conflict. */
  readonly #stored = new Set<unknown>();

  /** `random` returns numbers from 0 to 1, without 1. */
  constructor(random: () => number) {
    this.#owed = { conflict: random(), throttling: random(), lostAnswer: random() };
  }

  async execute(action: Action, input: Input, execute: Execute): Promise<Output> {
    const token = input.ClientRequestToken;
    if (WRITES.includes(action) && !this.#stored.has(token) && this.#draw("conflict")) throw buildConflict(action, input);
    if (action !== "TransactWriteItems") return execute(action, input);
    if (this.#draw("throttling")) throw new TableError("ThrottlingException", "The rate of requests is too high");
    const output = await execute(action, input);
    if (!this.#draw("lostAnswer")) return output;
    if (token !== undefined) this.#stored.add(token);
    throw new LostAnswer();
  }

  #draw(fault: Fault): boolean {
    this.#owed[fault] += this.shares[fault];
    if (this.#owed[fault] < 1) return false;
    this.#owed[fault]--;
    this.counts[fault]++;
    return true;
  }
}

/** The error of the SDK's client after its last attempt. The first attempt may have been stored. */
class LostAnswer extends Error {
  override readonly name = "TimeoutError";
  readonly $metadata = { attempts: 2 };

  constructor() {
    super("The response did not arrive in time");
  }
}

function buildConflict(action: Action, input: Input): Error {
  if (action !== "TransactWriteItems")
    return new TableError("TransactionConflictException", "Transaction is ongoing for the item");
  const actions = input.TransactItems as readonly unknown[];
  const conflictReason = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };
  return new TransactionCanceled(actions.map((_, position) => (position === 0 ? conflictReason : { Code: "None" })));
}
