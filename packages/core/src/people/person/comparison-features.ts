/** What persons are compared by. */

/** A place, its texts folded: empty where nothing is known. */
export interface ComparedAddress {
  /** Number of the house, taken from either end of the first line that has one. */
  number: string;
  /** The lines without it. */
  line: string;
  other: string;
  city: string;
  postal: string;
}

/** What is compared of a person. */
export interface Features {
  first: string;
  last: string;
  places: readonly ComparedAddress[];
  /** Contact points as `email:…` and `phone:…`; those that several persons share begin with `~`. */
  points: readonly string[];
  /** Domains of companies in email addresses. */
  domains: readonly string[];
  /** Type and country of the document: numbers of two kinds of document do not compare. */
  document: string;
  /** As `sensitiveHashes` makes them: name → hashes, the whole first. */
  hashes: Readonly<Record<string, readonly string[]>>;
}
