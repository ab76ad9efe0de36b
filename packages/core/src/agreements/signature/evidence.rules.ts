import { sha256 } from "../../kernel/sha256.ts";

/**
 * Pure rules: the evidence of a signature as a hash chain. Each entry has the hash of itself and of the hash before it, so a changed, removed or
 * inserted entry is detected (scripts/verify-signature.ts). Needs only SHA-256.
 */

export interface EvidenceEntry {
  at: string;
  what: string;
  /** Id of the signer, if the entry concerns one. */
  signer: string | null;
  /** Further facts, by name. */
  facts: Readonly<Record<string, string>>;
  /** SHA-256 of the entry and of the hash before it. */
  hash: string;
}

export type NewEntry = Omit<EvidenceEntry, "hash">;

/** Returns the hash that precedes the first entry, from the request id and the hash of the document. */
export const computeRootHash = (request: string, document_hash: string): string =>
  sha256(JSON.stringify(["signature", request, document_hash]));

function hashEntry(before: string, { at, what: event, signer, facts }: NewEntry): string {
  const sorted = Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([before, at, event, signer, sorted]));
}

/** Returns the chain with further entries. */
export function appendEntries(root: string, chain: readonly EvidenceEntry[], ...entries: readonly NewEntry[]): EvidenceEntry[] {
  const next = [...chain];
  for (const entry of entries) next.push({ ...entry, hash: hashEntry(next.at(-1)?.hash ?? root, entry) });
  return next;
}

/** Returns the positions, from 1, of entries whose hash does not match. */
export function findBrokenEntries(root: string, chain: readonly EvidenceEntry[]): number[] {
  return chain.flatMap((entry, index) => (entry.hash === hashEntry(chain[index - 1]?.hash ?? root, entry) ? [] : [index + 1]));
}
