import { usePorts } from "../../kernel/context.ts";
import type { Permission } from "../../kernel/permission.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Pdf } from "../letterhead/pdf.ts";
import type { SignatureRecord } from "./signature.entity.ts";

/**
 * The port between signatures and the domains of the signed records: quotes, contracts and amendments (docs/agreements/signatures.md). Each domain
 * defines in a `Signable` how its records are signed.
 */
export interface Signable {
  /** Permission to request signatures, to remind signers and to void a request. */
  readonly writePermission: Permission;
  /**
   * Renders the present file in the signer's language, or returns undefined if there is nothing to sign. The result is stored with its hash, and
   * those bytes are signed.
   */
  renderDocument(id: string, language: string): Promise<Pdf | undefined>;
  /** Returns why the record cannot be signed any more although its request is open, or undefined. */
  findObstacle(id: string): Promise<string | undefined>;
  /** All have signed. Adds what follows to the transaction, or throws a `Failure` if the record cannot follow. */
  onCompleted(tx: Transaction, request: SignatureRecord): Promise<void>;
  onDeclined?(tx: Transaction, request: SignatureRecord): Promise<void>;
  onVoided?(tx: Transaction, request: SignatureRecord): Promise<void>;
  onExpired?(tx: Transaction, request: SignatureRecord): Promise<void>;
}

/** Loads the `Signable` that a domain declares for this kind. Throws if no domain declares one. */
export async function loadSignable(kind: string): Promise<Signable> {
  const load = usePorts().domains.flatMap(({ signables = {} }) => (Object.hasOwn(signables, kind) ? [signables[kind]] : []))[0];
  if (!load) throw new Error(`No domain declares a signable for ${kind}`);
  return (await load()) as Signable;
}
