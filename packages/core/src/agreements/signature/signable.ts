import { usePorts } from "../../kernel/context.ts";
import type { Permission } from "../../kernel/permission.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Pdf } from "../share-link/offerable.ts";
import type { SignatureRecord } from "./signature.entity.ts";

/** What is signed: a quote, a contract, an amendment (docs/agreements/signatures.md). Each domain says by a `Signable` how. */
export interface Signable {
  /** Who may ask for signatures of it, remind of them, and take that back. */
  readonly writePermission: Permission;
  /** The file as it is now, in the language of who signs; nothing where there is none to sign. It is kept as it is, with its hash. */
  renderDocument(id: string, language: string): Promise<Pdf | undefined>;
  /** Why nobody can sign it any more, though its request is open; nothing where they can. */
  findObstacle(id: string): Promise<string | undefined>;
  /** All have signed: what follows joins the transaction. What cannot follow is a `Failure`. */
  onCompleted(tx: Transaction, request: SignatureRecord): Promise<void>;
  onDeclined?(tx: Transaction, request: SignatureRecord): Promise<void>;
  onVoided?(tx: Transaction, request: SignatureRecord): Promise<void>;
  onExpired?(tx: Transaction, request: SignatureRecord): Promise<void>;
}

/** How what is of this kind is signed. */
export async function loadSignable(kind: string): Promise<Signable> {
  const load = usePorts().domains.flatMap(({ signables: signs = {} }) => (Object.hasOwn(signs, kind) ? [signs[kind]] : []))[0];
  if (!load) throw new Error(`${kind} is not signed by anybody`);
  return (await load()) as Signable;
}
