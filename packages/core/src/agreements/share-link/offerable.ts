import { type ErrorDetail, notFound } from "../../kernel/error.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import type { BusinessDocument } from "../../lib/pdf/document.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Pdf } from "../letterhead/pdf.ts";

/**
 * The port between offers and the domains of their records: quotes, proposals, amendments, orders and invoices (docs/agreements/share-links.md). Each
 * domain defines in an `Offerable` how a customer reads and answers its records.
 */

export interface Offerable {
  /** Returns the present offer in the given language, or undefined if it is not shown any more. */
  read(id: string, options: ReadOptions): Promise<Offer | undefined>;
  /** Renders what `read` shows as a PDF, or returns undefined if it is not shown any more. */
  renderPdf(id: string, language: string): Promise<Pdf | undefined>;
  /** Records that the customer has seen it. If the record itself does not say so, returns where the timeline gets an entry for the first view. */
  onViewed(id: string): Promise<ViewedRecord | undefined>;
  /** Set if the domain mails the link itself, beside its file. */
  sendsOwnMails?: true;
  accept(id: string, acceptance: { name: string; chosen?: readonly string[] }, hook: TransactionHook): Promise<void>;
  reject(id: string, reason: string, hook: TransactionHook): Promise<void>;
  /** Does what the customer asks for with the form of `Offer.requestForm`. A repeated request with the same id has no further effect. */
  submitRequest?(id: string, request: CustomerRequest): Promise<RequestOutcome>;
}

/** A form on the page by which the customer asks for something beside an answer, such as to send items back. */
export interface RequestForm {
  title: string;
  /** The customer enters a quantity for each. Without items the form has no quantities. */
  items: readonly { id: string; label: string }[];
  /** The page shows no choice of a single option. */
  types: FormChoice;
  reasons: FormChoice;
  detailsLabel: string;
  requiresDetails: boolean;
  submitLabel: string;
}

interface FormChoice {
  label: string;
  options: readonly { value: string; label: string }[];
}

/** What the customer entered in a `RequestForm`. */
export interface CustomerRequest {
  request_id: string;
  language: string;
  type: string;
  reason: string;
  details: string;
  /** Quantities as typed, by the id of the item. */
  quantities: ReadonlyMap<string, string>;
}

/** What the page then says: that it was done, or what is wrong. Errors name a field of the form, or the id of an item. */
export type RequestOutcome = { notice: string } | { errors: readonly ErrorDetail[] };

interface ReadOptions {
  language: string;
  /** Ids of the chosen options; all others are not chosen. If left out, the stored choice counts. */
  chosen?: readonly string[];
  /** Only the title, the state and the day are needed, for a mail. */
  isBrief?: boolean;
}

/** Adds the evidence of an answer to the transaction of the answer. It is called again at each retry. */
export type TransactionHook = (tx: Transaction) => Promise<void>;

export interface TimelineSubject {
  record_kind: string;
  record_id: string;
}

/** The record whose timeline says that the customer has opened the page, and its owner. */
interface ViewedRecord {
  timelineSubject: TimelineSubject;
  owner_id: string | null;
}

/** What a customer reads first on the page of a record that has no answer, such as the open amount. */
export interface PageSummary {
  label: string;
  value?: string;
  note?: string;
}

export interface Offer {
  document: BusinessDocument;
  owner_id: string | null;
  /** The record whose timeline shows what happens with the offer, if it is not the offered record. */
  timelineSubject?: TimelineSubject;
  /** Set for records that are accepted by a signature: the URL of the signing page, or null if no signature was requested yet. */
  signingUrl?: string | null;
  /** `shown`: the customer reads it and has nothing to answer. */
  state: "open" | "accepted" | "rejected" | "expired" | "replaced" | "shown";
  /** The day of the answer; for an open offer the last day. */
  day: string;
  /** The options that the customer can choose; a bundle is one option. */
  options: readonly { ids: readonly string[]; label: string; amount: string; chosen: boolean }[];
  /** Set if the customer can ask for something beside an answer. */
  requestForm?: RequestForm;
  summary?: PageSummary;
  /** The language of the PDF, if it was stored in one and is not rendered in that of the page. */
  fileLanguage?: string;
}

/** The answers of records that the customer only reads. */
export const readOnlyAnswers: Pick<Offerable, "accept" | "reject"> = {
  async accept() {
    throw notFound();
  },

  async reject() {
    throw notFound();
  },
};

/** Loads the `Offerable` that a domain declares for this kind. Throws if no domain declares one. */
export async function loadOfferable(kind: string): Promise<Offerable> {
  const load = findDeclaration("shareables", kind);
  if (!load) throw new Error(`No domain declares an offerable for ${kind}`);
  return (await load()) as Offerable;
}
