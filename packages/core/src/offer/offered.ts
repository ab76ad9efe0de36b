import type { BusinessDocument } from "../document/document.ts";
import { usePorts } from "../kernel/context.ts";
import type { Transaction } from "../storage/write/transaction.ts";

/** What customers read and answer by a private link: a quote, a proposal (docs/offers.md). Each domain says by an `Offered` how. */

export interface Offered {
  /** As it stands, in the language of whom it goes to; nothing where it is not shown any more. */
  read(id: string, how: Reading): Promise<Offer | undefined>;
  /** The customer has seen it. */
  viewed(id: string): Promise<void>;
  accept(id: string, acceptance: { name: string; chosen?: readonly string[] }, beside: Beside): Promise<void>;
  reject(id: string, reason: string, beside: Beside): Promise<void>;
}

export interface Reading {
  language: string;
  /** Ids of the options that are taken, and no others; left out, those that are chosen in it. */
  chosen?: readonly string[];
}

/** What is kept of an answer: joins the transaction of the answer itself, at each try of it. */
export type Beside = (tx: Transaction) => Promise<void>;

export interface Offer {
  document: BusinessDocument;
  owner_id: string | null;
  state: "open" | "accepted" | "rejected" | "expired" | "replaced";
  /** The day of the answer, or the last day of one that is open. */
  day: string;
  /** What the customer may choose among; a bundle is one. */
  options: readonly { ids: readonly string[]; label: string; amount: string; chosen: boolean }[];
}

/** How what is of this kind is read and answered. */
export async function offeredOf(kind: string): Promise<Offered> {
  const load = usePorts().domains.flatMap(({ offers = {} }) => offers[kind] ?? [])[0];
  if (!load) throw new Error(`${kind} is not offered to customers`);
  return (await load()) as Offered;
}
