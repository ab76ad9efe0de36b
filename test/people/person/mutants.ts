import { constant, drop, edit, type Mutant, never, omit, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "consent: a refusal given on a new record does not reach its person",
    at: "person/consent#buildInitialEdit",
    change: edit("pickRefusals(record)", "{}"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a PUT or an import takes back a refusal",
    at: "person/consent#omitWithdrawals",
    change: edit("input[flag] === false", "false"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a user who cannot see the person takes back its refusal",
    at: "person/consent#canSeePerson",
    change: edit("!isLimited(record)", "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a user who cannot see the person is shown its consent",
    at: "person/consent#presentPersons",
    change: edit("seen.has(record.personal_key_id)", "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a merge keeps the later answer even if the other is a refusal",
    at: "person/merge.rules#isPreferred",
    change: edit('isRefusal === (b.consent === "REFUSED")', "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "contact points: a contact point is acquired without a check of its owner",
    at: "identity#writePointLock",
    change: edit(
      'if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });\n  else',
      "void buildConflict;\n  if (lock.revision === 0) tx.put(item);\n  else",
    ),
    tests: "test/sales/lead",
  },
  {
    name: "persons: a contact point held by another person is taken over",
    at: "contact-points#acquirePoints",
    change: never(3),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "persons: a contact point lock is overwritten despite a newer revision",
    at: "identity#writePointLock",
    change: edit(
      'tx.put(item, { condition: "revision = :read", values: { ":read": lock.revision }, rejection: buildConflict });',
      "tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/sales/lead test/people/person",
  },
  {
    name: "persons: a new contact point lock overwrites a lock created concurrently",
    at: "identity#writePointLock",
    change: edit(
      'if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });',
      "if (lock.revision === 0) tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "persons: the id of a merged person does not resolve to the survivor",
    at: "identity#resolveMerged",
    change: edit("while (person?.merged_into) person = await Records.load(People, person.merged_into);", ""),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: an unmerge loses the own values of the survivor",
    at: "person/merge.rules#resolveOwnSlots",
    change: edit(
      "const ownValue = storedSlots.has(slot) ? (storedSlots.get(slot) ?? null) : current;",
      "const ownValue = current;",
    ),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: a change after a merge is lost by the unmerge",
    at: "person/merge.rules#resolveOwnSlots",
    change: edit('for (const merge of merges) merge.choices[slot] = "survivor";', "ownSlots.set(slot, ownValue);"),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: an unmerge leaves contact points with the survivor",
    at: "person/merge.rules#separateItems",
    change: edit("if (keyById.get(item.id) !== toKey(item)) return [item];", "return [item];"),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: responses to writes show sensitive values",
    at: "person/person#create",
    change: replaceCall(
      "presentMasked",
      '{ ...presentMasked(person, await CustomFields.loadPresenter("person")), ...(input as object) } as never',
    ),
    tests: "test/people/person/sensitive-values.test.ts",
  },
  {
    name: "persons: sensitive values are shown to all users",
    at: "sensitive-values#presentVisible",
    change: drop("hasPermission"),
    tests: "test/people/person/sensitive-values.test.ts",
  },
  {
    name: "persons: keyed hashes appear in the audit trail",
    at: "person.entity#People",
    change: omit("internal"),
    tests: "test/people/person/sensitive-values.test.ts",
  },
  {
    name: "web forms: public input is added to known persons",
    at: "resolution#resolve",
    change: edit(
      "[all.filter((lock) => isOwn(lock, existingPerson)), existingPerson ? null : typed]",
      "[all.filter((lock) => isOwn(lock, existingPerson) || lock), typed]",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: public input marks a contact point as shared",
    at: "resolution#resolve/all.isAmbiguous",
    change: constant("isAmbiguousPoint(lock, typed)"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: consent from public input lifts a refusal",
    at: "person/consent#addConsent",
    change: never("hasRefusedChannel"),
    tests: "test/sales/web-form",
  },
  {
    name: "duplicates: members of one family are matched as one person",
    at: "match-score.rules#FAMILY_LIMITS",
    change: constant("{ differs: 30, unsure: 30 }"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: swapped name parts are not recognized as the same name",
    at: "match-score.rules#compareNames",
    change: never("swapped"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: a document number with one wrong character counts as different",
    at: "match-score.rules#compareDocument",
    change: replaceCall("some", "a.every(near)"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: names get no blocks by their beginnings and ends",
    at: "feature-extraction.rules#END_LENGTH",
    change: constant("0"),
    tests: "test/people/person/weight-learning.test.ts",
  },
  {
    name: "duplicates: features are extracted from deleted or merged persons",
    at: "feature-extraction.rules#extractFeatures",
    change: edit(
      "if (!person || person.deleted_at || person.merged_into) return emptyFeatures;",
      "if (!person) return emptyFeatures;",
    ),
    tests: "test/people/person",
  },
  {
    name: "sensitive values: a duplicate candidate based only on sealed values is shown",
    at: "candidate.rules#redactSealed",
    change: edit("if (!plain) return undefined;", "return candidate;"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "exports: sealed values are exported unmasked for permitted users",
    at: "person.export#persons.present",
    change: replaceCall("presentMasked", "({ ...person, custom_fields: seen(person.custom_fields) })"),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "imports: contact points held by other persons are dropped",
    at: "person/resolution#writeResolution",
    change: never("keepsTakenPoints"),
    tests: "test/platform/import/data-preservation.test.ts",
  },
  {
    name: "imports: a forced row is accepted despite contact points held by other persons",
    at: "person/upsert-row#upsertRow",
    change: never("resolution.takenPoints"),
    tests: "test/platform/import/data-preservation.test.ts",
  },
  {
    name: "persons: a person without any value is created",
    at: "person/input-normalization#requireAnyValue",
    change: never("!hasValue(input)"),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "imports: reverting a lead removes a person that has further data",
    at: "people/person/import-match#removeBarePerson",
    change: edit(" && (await Person.isBare(id))", ""),
    tests: "test/platform/import/revert.test.ts",
  },
  {
    name: "persons: a record that is unique per person is created twice",
    at: "unique-per-person#acquireUnique",
    change: replaceCall("put", "tx.put({ ...ownKey, record_id: record })"),
    tests: "test/accounts/customer/uniqueness.test.ts test/accounts/contact",
  },
  {
    name: "persons: uniqueness per person ignores the records of merged persons",
    at: "unique-per-person#acquireUnique",
    change: edit(
      "for (const { key } of locks) if (key.pk !== ownKey.pk) tx.requireAbsent(key, guarded.rejection);",
      "void locks;",
    ),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "visibility: conversion of a lead with limited visibility reveals its person",
    at: "person/resolution#resolve",
    change: edit("claim.limited || ", ""),
    tests: "test/invariants/visibility/visibility-grant.test.ts",
  },
  {
    name: "visibility: a user who cannot see a person can grant its visibility",
    at: "person/disclosure-grant#setDisclosure",
    change: edit("Identity.read(id)", "Identity.resolveMerged(id)"),
    tests: "test/invariants/visibility/visibility-grant.test.ts",
  },
  {
    name: "visibility: a rebuild of the owner grants omits tickets",
    at: "owner-grants#countGrantsByOwner",
    change: edit("}ticket#${", "}tickets#${"),
    tests: "test/invariants/visibility/requester.test.ts",
  },
  {
    name: "scores: a lead with limited visibility is scored by its hidden person",
    at: "disclosure#isLimited",
    change: returns('person_sight === "LIMITED" && person_sight !== "LIMITED"'),
    tests: "test/invariants/visibility/figures.test.ts",
  },
];
