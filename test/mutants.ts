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

const person = (name: string) => `packages/core/src/person/${name}.ts`;

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
  {
    name: "duplicates: nobody is compared",
    file: person("duplicates"),
    find: "  await turns([...moved, ...again], compare);\n",
    put: "  void compare;\n",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: compared before the blocks are written",
    file: person("duplicates"),
    find: "  await turns(moved, (ids) => enter(ids, read));\n  await turns([...moved, ...again], compare);\n",
    put: "  await turns([...moved, ...again], compare);\n  await turns(moved, (ids) => enter(ids, read));\n",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: what is delivered again is not compared again",
    file: person("duplicates"),
    find: "else if (ofOne.some(({ version }) => version <= before.version)) again.push(id);",
    put: "",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a dismissed one is opened again",
    file: person("duplicates"),
    find: 'if (before && before.status !== "OPEN" && before.status !== "OBSOLETE") return undefined;',
    put: "",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: what scores no more stays open",
    file: person("duplicates"),
    find: 'return before?.status === "OPEN" ? Records',
    put: 'return before?.status === "MERGED" ? Records',
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: what a lead named becomes obsolete",
    file: person("duplicates"),
    find: "({ reason }) => reason === NAMED_BY_LEAD",
    put: "() => false",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a block takes any number",
    file: person("duplicates"),
    find: "MOST_IN_BLOCK = 64",
    put: "MOST_IN_BLOCK = 6400",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: friends are not compared",
    file: person("duplicates"),
    find: "  await compareAll([...friendsOf(found).values()].flatMap(pairsAmong));\n",
    put: "  void [friendsOf, pairsAmong, found];\n",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "duplicates: families count as one",
    file: person("match.rules"),
    find: "const FAMILY = { differs: 11, unsure: 14 };",
    put: "const FAMILY = { differs: 30, unsure: 30 };",
    tests: "test/person/match.test.ts",
  },
  {
    name: "duplicates: names are compared in their places alone",
    file: person("match.rules"),
    find: "if (swapped <= first.bits + last.bits)",
    put: "if (swapped <= 1000)",
    tests: "test/person/match.test.ts",
  },
  {
    name: "duplicates: one wrong character is another number",
    file: person("match.rules"),
    find: "const isClose = a.some(near) ||",
    put: "const isClose = a.every(near) ||",
    tests: "test/person/match.test.ts",
  },
  {
    name: "duplicates: deleted persons have features",
    file: person("match.rules"),
    find: "if (!person || person.deleted_at || person.merged_into) return none;",
    put: "if (!person) return none;",
    tests: "test/person",
  },
  {
    name: "duplicates: whoever is gone is compared",
    file: person("duplicates"),
    find: "const isOpen = !one.gone && !other.gone &&",
    put: "const isOpen =",
    tests: "test/person/duplicates.test.ts",
  },
  {
    name: "stream: a new transaction takes its first change for counted",
    file: storage("derive"),
    find: "    size += added();\n    for (const scope of unit.deltas.keys()) scopes.add(scope);\n",
    put: "    for (const scope of unit.deltas.keys()) scopes.add(scope);\n    size += added();\n",
    tests: "test/person/duplicates.test.ts",
  },
];
