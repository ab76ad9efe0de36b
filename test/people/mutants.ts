import { constant, edit, type Mutant, never, replaceCall, skip } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "persons: two persons with a customer each can be merged",
    at: "identity/merge#requireOneCustomer",
    change: skip,
    tests: "test/accounts/customer/people.test.ts",
  },
  {
    name: "persons: a merge skips the optimistic lock on the merged person",
    at: "identity/merge#merge",
    change: edit(
      "tx.replace(People, merged, Records.nextVersion(merged, away));",
      'tx.put(People.toItem(useTenant(), Records.nextVersion(merged, away), "{}"));',
    ),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: a merge is not written atomically",
    at: "identity/merge#merge",
    change: edit(
      "const tx = transaction().create(Merges, record);",
      "await transaction().create(Merges, record).commit(undefined);\n    const tx = transaction();",
    ),
    tests: "test/invariants/faults/persons.test.ts -t mergePersons",
  },
  {
    name: "duplicates: changed persons are never compared",
    at: "duplicate-detection#onPersonChanges",
    change: edit("await retryConflicting([...changedIds, ...again], comparePersons);", "void comparePersons;"),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: persons are compared before their blocks are written",
    at: "duplicate-detection#onPersonChanges",
    change: edit(
      "await retryConflicting(changedIds, (ids) => updateEntries(ids, read));\n  await retryConflicting([...changedIds, ...again], comparePersons);",
      "await retryConflicting([...changedIds, ...again], comparePersons);\n  await retryConflicting(changedIds, (ids) => updateEntries(ids, read));",
    ),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a redelivered change is not compared again",
    at: "duplicate-detection#onPersonChanges",
    change: edit("else if (ofOne.some(({ version }) => version <= before.version)) again.push(id);", ""),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a dismissed candidate is opened again",
    at: "duplicate-detection#computeCandidate",
    change: edit('if (before && before.status !== "OPEN" && before.status !== "OBSOLETE") return undefined;', ""),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a candidate that no longer scores stays open",
    at: "duplicate-detection#computeCandidate",
    change: edit('("OBSOLETE" as const)', '("OPEN" as const)'),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a candidate named by a lead becomes obsolete",
    at: "duplicate-detection#computeCandidate",
    change: replaceCall("filter", "before?.reasons.filter(() => false)"),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: a block takes any number of persons",
    at: "blocking-index#MAX_PERSONS_PER_BLOCK",
    change: constant("6400"),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: pairs within a group of similar persons are not compared",
    at: "duplicate-detection#comparePersons",
    change: edit(
      "await compareAll([...groupSimilar(candidatePairs).values()].flatMap(listPairs));",
      "void [groupSimilar, listPairs, candidatePairs];",
    ),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "duplicates: weights are never learnt from the persons of a tenant",
    at: "duplicate-detection#learnIfGrown",
    change: edit("if (growth.left > 0) return;", "if (growth.left > -1e9) return;"),
    tests: "test/people/person/weight-learning.test.ts",
  },
  {
    name: "duplicates: learning overwrites a rule written by hand",
    at: "weight-learning#computeRemaining",
    change: edit("if (number > 0 && !definition.learnt)", "if (number < 0)"),
    tests: "test/people/person/weight-learning.test.ts",
  },
  {
    name: "duplicates: a rare name weighs the same as a common name",
    at: "weight-learning.rules#computeNameFrequencies",
    change: edit("rare: 1.5 / Math.max(1, names.length)", "rare: 0.02"),
    tests: "test/people/person/weight-learning.test.ts",
  },
  {
    name: "duplicates: a deleted or merged person is compared",
    at: "duplicate-detection#comparePair",
    change: never("a.isGone"),
    tests: "test/people/person/duplicates.test.ts",
  },
  {
    name: "sensitive values: a merge preview compares sealed values for any user",
    at: "identity/merge#buildPreview",
    change: edit("field.startsWith(SENSITIVE_PREFIX) && !mayOpen", "false"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "custom fields: a merge preview shows fields that the caller cannot see",
    at: "identity/merge#buildSlotFilter",
    change: edit("return (slot) => !isCustomPath(slot) ||", "return (slot) => slot.length > 0 ||"),
    tests: "test/platform/custom-field/visibility.test.ts",
  },
  {
    name: "followers: users without access are listed",
    at: "follow/follow#isReader",
    change: edit("&& Records.canSee(collection, record)", ""),
    tests: "test/people/comment/comment.test.ts",
  },
];
