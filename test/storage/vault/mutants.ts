import { drop, edit, type Mutant, never, returns, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "vault: a value is not bound to its field",
    at: "vault#buildAad",
    change: returns("Buffer.from(JSON.stringify([useTenant(), subject]))"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a value is not bound to its record",
    at: "vault#buildAad",
    change: returns("Buffer.from(JSON.stringify([useTenant(), field]))"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a value is not bound to its tenant",
    at: "vault#buildAad",
    change: returns("Buffer.from(JSON.stringify([subject, field]))"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a changed ciphertext is not noticed",
    at: "vault#decryptValue",
    change: without("decipher.final"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a cached data key serves other records",
    at: "vault#cacheName",
    change: returns("JSON.stringify([wrapped])"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: cached data keys never expire",
    at: "vault#DataKeyCache",
    change: never("until"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: expired data keys stay in memory until the next request",
    at: "vault#DataKeyCache.put",
    change: edit("this.#sweeper ??= setTimeout(() => this.#sweepOn(), CACHE_LIMITS.ms).unref();", "void this.#sweeper;"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: the data key cache has no size limit",
    at: "vault#DataKeyCache.put",
    change: never("this"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: raw key bytes are not wiped from memory",
    at: "vault#toKeyObject",
    change: drop("fill"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a generated data key is logged",
    at: "vault#generateDataKey",
    change: edit(
      "const hidden = toKeyObject(key);",
      'usePorts().log.write("info", "drawn", { key: Buffer.from(key).toString("base64url") });\n  const hidden = toKeyObject(key);',
    ),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: a decryption error message reveals the key",
    at: "vault#open",
    change: edit(
      "cannot be decrypted: it was not sealed for this record and field`",
      'cannot be decrypted: it was not sealed for this record and field ${key.export().toString("hex")}`',
    ),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "vault: MACs of the same value are equal for all tenants",
    at: "vault#buildMac",
    change: without("useTenant"),
    tests: "test/storage/vault/vault.test.ts",
  },
  {
    name: "web forms: a tampered person token is accepted",
    at: "vault/secret#decryptBytes",
    change: edit("decipher.final()", "Buffer.alloc(0)"),
    tests: "test/sales/web-form",
  },
  {
    name: "sensitive values: a write that changes nothing reveals that the value is unchanged",
    at: "vault/vault#seal",
    change: edit("fresh || stored", "stored"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "keys: what was signed before a rotation is no longer valid",
    at: "vault/secret#parseKeyring",
    change: edit("...formerKeys.flatMap((formerKey) => (formerKey ? [createKey(formerKey)] : []))", ""),
    tests: "test/storage/vault/key-groups.test.ts",
  },
  {
    name: "keys: a repeated refresh after a rotation gives a token that was never issued",
    at: "auth/session#findIssued",
    change: edit("tokens.length > 1", "tokens.length > 9"),
    tests: "test/storage/vault/key-groups.test.ts",
  },
  {
    name: "keys: a rotation loses stored hashes",
    at: "vault/key-derivation#rotateKeys",
    change: edit('group === "lookups"', "false"),
    tests: "test/ports/operator-keys.test.ts",
  },
  {
    name: "keys: deriving again replaces keys that are in use",
    at: "vault/key-derivation#addMissingKeys",
    change: edit("{ ...deriveGeneration(root, group), ...stored[0] }", "deriveGeneration(root, group)"),
    tests: "test/ports/operator-keys.test.ts",
  },
];
