/** The features by which persons are compared. */

/** An address with normalized texts: empty texts where nothing is known. */
export interface ComparedAddress {
  /** The number of the building, from the beginning or the end of the first address line. */
  number: string;
  /** The first address line without the number. */
  line: string;
  otherLine: string;
  city: string;
  postal: string;
}

/** The compared features of a person. */
export interface Features {
  first: string;
  last: string;
  places: readonly ComparedAddress[];
  /** Contact points as `email:…` and `phone:…`. Those that several persons share begin with `~`. */
  points: readonly string[];
  /** Company domains of the email addresses. */
  domains: readonly string[];
  /** Type and country of the document: numbers of different documents are not compared. */
  document: string;
  /** The hashes from `hashSensitiveValues`, by name. The first is that of the whole value. */
  hashes: Readonly<Record<string, readonly string[]>>;
}
