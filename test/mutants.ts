/** One mechanism switched off, by replacing a text that stands once in a file, and the tests that have to notice. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  put: string;
  tests: string;
  env?: Record<string, string>;
}

const storage = (name: string) => `packages/core/src/storage/${name}.ts`;

export const mutants: readonly Mutant[] = [
  {
    name: "tenants: no guard before the client",
    file: storage("database"),
    find: "  guard(command, scope);\n",
    put: "  void guard;\n",
    tests: "test/storage/guard.test.ts",
  },
  {
    name: "tenants: the guard lets foreign index keys pass",
    file: storage("guard"),
    find: "      within(indexed, `Key of index ${index}`);\n",
    put: "",
    tests: "test/storage/guard.test.ts",
  },
  {
    name: "rows: what others own is shown",
    file: storage("records"),
    find: 'return visible === "all" || visible.has(owner);',
    put: "return visible !== undefined;",
    tests: "test/registry/permissions.test.ts test/list",
  },
  {
    name: "versions: a change does not ask which version it replaces",
    file: storage("transaction"),
    find: 'condition: "version = :expected",\n      values: { ":expected": before.version },',
    put: 'condition: "attribute_exists(pk)",',
    tests: "test/lead test/stream",
  },
  {
    name: "versions: If-Match is not compared",
    file: storage("records"),
    find: "    requireVersion(current);\n",
    put: "    void requireVersion;\n",
    tests: "test/lead test/http test/registry/writes.test.ts",
  },
  {
    name: "idempotency: the answer is not part of the transaction",
    file: storage("transaction"),
    find: "if (keyed) steps.unshift(answerStep(keyed, result));",
    put: "void answerStep;",
    tests: "test/registry/writes.test.ts",
  },
  {
    name: "idempotency: another body has the first one's answer",
    file: storage("idempotency"),
    find: "if (item.hash !== keyed.hash) throw mismatch();",
    put: "",
    tests: "test/registry/writes.test.ts",
  },
  {
    name: "kills: answered before the write is done",
    file: storage("transaction"),
    find: "      await write(steps);\n",
    put: "      write(steps).catch(() => undefined);\n",
    tests: "test/kill",
    env: { CRM_KILLS: "6" },
  },
  {
    name: "kills: a transaction in two halves",
    file: storage("transaction"),
    find: "      await write(steps);\n",
    put: "      const half = Math.ceil(steps.length / 2);\n      await write(steps.slice(0, half));\n      if (steps.length > half) await write(steps.slice(half));\n",
    tests: "test/kill",
    env: { CRM_KILLS: "10" },
  },
  {
    name: "kills: the stream's position is kept before the work",
    file: "packages/local/src/stream.ts",
    find: "    for (let at = 0; at < records.length; at += BATCH) await deliver(records.slice(at, at + BATCH));\n    const moved",
    put: "    state.set(POSITION, position);\n    for (let at = 0; at < records.length; at += BATCH) await deliver(records.slice(at, at + BATCH));\n    const moved",
    tests: "test/kill",
    env: { CRM_KILLS: "10" },
  },
  {
    name: "stream: what was derived already is derived again",
    file: storage("derive"),
    find: "  if (version <= marker.version) return undefined;\n",
    put: "",
    tests: "test/stream",
  },
  {
    name: "stream: the marker is written unconditionally",
    file: storage("derive"),
    find: 'ConditionExpression: expected === 0 ? "attribute_not_exists(pk)" : "version = :expected",\n    ...(expected === 0 ? {} : { ExpressionAttributeValues: { ":expected": expected } }),',
    put: "",
    tests: "test/stream",
  },
  {
    name: "stream: poison is not parked",
    file: "packages/local/src/stream.ts",
    find: "      await park(rest[0] as DynamoDBRecord);\n",
    put: "      void park;\n",
    tests: "test/stream",
  },
  {
    name: "contact points: owned without asking who owns them",
    file: "packages/core/src/person/person.ts",
    find: 'if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused });\n  else',
    put: "void refused;\n  if (lock.revision === 0) tx.put(item);\n  else",
    tests: "test/lead",
  },
  {
    name: "rate limit: taken from nobody",
    file: "packages/functions/src/http/handler.ts",
    find: "    await RateLimit.take(actor.id, settings.rate_limit_per_minute);\n",
    put: "    void RateLimit;\n",
    tests: "test/auth test/http",
  },
  {
    name: "permissions: every role may do everything",
    file: "packages/functions/src/http/handler.ts",
    find: "!allows(actor.roles, operation.access)) {",
    put: "allows(actor.roles, operation.access) === undefined) {",
    tests: "test/registry/permissions.test.ts",
  },
  {
    name: "suspension: a suspended tenant may write",
    file: "packages/functions/src/http/handler.ts",
    find: "if (suspended !== undefined && ",
    put: "if (suspended === null && ",
    tests: "test/auth test/user test/registry test/http",
  },
];
