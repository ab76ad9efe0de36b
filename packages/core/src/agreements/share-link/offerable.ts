import { usePorts } from "../../kernel/context.ts";
import type { BusinessDocument } from "../../lib/pdf/document.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/** What customers read and answer by a private link: a quote, a proposal (docs/agreements/share-links.md). Each domain says by an `Offered` how. */

export interface Offerable {
  /** As it stands, in the language of whom it goes to; nothing where it is not shown any more. */
  read(id: string, how: ReadOptions): Promise<Offer | undefined>;
  /** What `read` shows, as a file; nothing where it is not shown any more. */
  renderPdf(id: string, language: string): Promise<Pdf | undefined>;
  /** The customer has seen it. */
  onViewed(id: string): Promise<void>;
  accept(id: string, acceptance: { name: string; chosen?: readonly string[] }, beside: TransactionHook): Promise<void>;
  reject(id: string, reason: string, beside: TransactionHook): Promise<void>;
}

/** A file that is drawn once for what it says, and kept. */
export interface Pdf {
  bytes: Uint8Array;
  /** Where they are kept. */
  key: string;
  /** Of the bytes, in hexadecimal digits. */
  sha256: string;
  file_name: string;
  /** Families of fonts that the document needs and this installation does not have (`NotoSansJP`); empty for a complete document. */
  missing_fonts: readonly string[];
}

export interface ReadOptions {
  language: string;
  /** Ids of the options that are taken, and no others; left out, those that are chosen in it. */
  chosen?: readonly string[];
}

/** What is kept of an answer: joins the transaction of the answer itself, at each try of it. */
export type TransactionHook = (tx: Transaction) => Promise<void>;

export interface TimelineSubject {
  record_kind: string;
  record_id: string;
}

export interface Offer {
  document: BusinessDocument;
  owner_id: string | null;
  /** The record whose timeline tells what happens with it, where that is not its own. */
  timelineSubject?: TimelineSubject;
  /** It is accepted by a signature: the address of the page for that, or null where nobody is asked. */
  signingUrl?: string | null;
  state: "open" | "accepted" | "rejected" | "expired" | "replaced";
  /** The day of the answer, or the last day of one that is open. */
  day: string;
  /** What the customer may choose among; a bundle is one. */
  options: readonly { ids: readonly string[]; label: string; amount: string; chosen: boolean }[];
}

/** How what is of this kind is read and answered. */
export async function loadOfferable(kind: string): Promise<Offerable> {
  const load = usePorts().domains.flatMap(({ shareables: offers = {} }) => offers[kind] ?? [])[0];
  if (!load) throw new Error(`${kind} is not offered to customers`);
  return (await load()) as Offerable;
}
