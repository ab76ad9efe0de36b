/**
 * The purposes of keys that are derived from the root secret, by group. A function reads the groups that it declares, and never the root.
 * A purpose is part of the derivation of its key. Never rename one: what was encrypted or signed for it could no longer be read.
 */
export const keyGroups = {
  /** Links in mails and pages, codes that are sent, and reply addresses. */
  links: ["booking", "intake", "link", "mail_thread", "offer", "reach", "signature", "survey", "tracking"],
  /** Hashes that are stored to find a value again. A rotation leaves these keys, because a stored hash is found only by its own key. */
  lookups: ["knowledge", "mac"],
  /** Cursors of lists, and hashes of requests with an idempotency key: every function that answers requests. */
  requests: ["cursor", "request"],
  /** Refresh tokens, tokens of known devices, and salts of passwords. */
  sessions: ["password", "refresh"],
  /** Encrypts the private keys that sign access tokens. */
  signing: ["signing_key"],
} as const;

export type KeyGroup = keyof typeof keyGroups;
export type KeyPurpose<G extends KeyGroup = KeyGroup> = (typeof keyGroups)[G][number];

export const keyGroupNames = Object.keys(keyGroups) as readonly KeyGroup[];
