import { createHash } from "node:crypto";

/**
 * What happened around a signature, each entry with the hash of itself and of all before it: what is changed, left out or put between
 * later is found by anybody who computes it again (scripts/verify-signature.ts). Pure, and needs nothing but SHA-256.
 */

export interface EvidenceEntry {
  at: string;
  what: string;
  /** Id of who signs, where it is about one of them. */
  signer: string | null;
  /** What else is to be said of it, by name. */
  facts: Readonly<Record<string, string>>;
  /** SHA-256 of the entry and of the hash before it. */
  hash: string;
}

export type NewEntry = Omit<EvidenceEntry, "hash">;

/** What the first entry stands on: the request and the document. */
export const computeRootHash = (request: string, document_hash: string): string =>
  sha256(JSON.stringify(["signature", request, document_hash]));

export function hashEntry(before: string, { at, what, signer, facts }: NewEntry): string {
  const sorted = Object.entries(facts).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sha256(JSON.stringify([before, at, what, signer, sorted]));
}

/** The chain with further entries. */
export function appendEntries(root: string, chain: readonly EvidenceEntry[], ...entries: readonly NewEntry[]): EvidenceEntry[] {
  const next = [...chain];
  for (const entry of entries) next.push({ ...entry, hash: hashEntry(next.at(-1)?.hash ?? root, entry) });
  return next;
}

/** The numbers, from 1, of entries that do not follow from those before them. */
export function findBrokenEntries(root: string, chain: readonly EvidenceEntry[]): number[] {
  return chain.flatMap((entry, at) => (entry.hash === hashEntry(chain[at - 1]?.hash ?? root, entry) ? [] : [at + 1]));
}

export const sha256 = (what: string | Uint8Array): string => createHash("sha256").update(what).digest("hex");
