import type { BusinessDocument } from "../document/document.ts";

/** What customers read and answer by a private link: a quote, a proposal (docs/offers.md). Each domain says by an `Offered` how. */

export interface Offered {
  /** As it stands, in the language of whom it goes to; nothing where it is not shown any more. */
  read(id: string): Promise<Offer | undefined>;
  /** The customer has seen it. */
  viewed(id: string): Promise<void>;
  accept(id: string, acceptance: { name: string; chosen?: readonly string[] }): Promise<void>;
  reject(id: string, reason: string): Promise<void>;
}

export interface Offer {
  document: BusinessDocument;
  owner_id: string | null;
  state: "open" | "accepted" | "rejected" | "expired" | "replaced";
  /** The day of the answer, or the last day of one that is open. */
  day: string;
  /** What the customer may choose among; a bundle is one. */
  options: readonly { ids: readonly string[]; label: string; amount: string; chosen: boolean }[];
}
