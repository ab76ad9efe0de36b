import { constant, drop, edit, type Mutant, never, omit, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "consent: what a new record is told stays its own",
    at: "person/consent#buildInitialEdit",
    change: edit("pickRefusals(record)", "{}"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a PUT or a file takes a refusal back",
    at: "person/consent#omitWithdrawals",
    change: edit("input[flag] === false", "false"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a stranger takes it back",
    at: "person/consent#canSeePerson",
    change: edit("!isLimited(record)", "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: a stranger is shown it",
    at: "person/consent#presentAll",
    change: edit("seen.has(record.personal_key_id)", "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "consent: of merged persons the later answer holds",
    at: "person/merge.rules#isPreferred",
    change: edit('isRefusal === (b.consent === "REFUSED")', "true"),
    tests: "test/people/person/consent.test.ts",
  },
  {
    name: "contact points: acquired without a check of the owner",
    at: "identity#writePointLock",
    change: edit(
      'if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });\n  else',
      "void buildConflict;\n  if (lock.revision === 0) tx.put(item);\n  else",
    ),
    tests: "test/sales/lead",
  },
  {
    name: "persons: a contact point is taken from its holder",
    at: "contact-points#acquirePoints",
    change: never(3),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "persons: a lock does not ask whether it has moved",
    at: "identity#writePointLock",
    change: edit(
      'tx.put(item, { condition: "revision = :read", values: { ":read": lock.revision }, rejection: buildConflict });',
      "tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/sales/lead test/people/person",
  },
  {
    name: "persons: a new lock is written over one that came in between",
    at: "identity#writePointLock",
    change: edit(
      'if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });',
      "if (lock.revision === 0) tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "persons: an old id does not lead on",
    at: "identity#resolveMerged",
    change: edit("while (person?.merged_into) person = await Records.load(People, person.merged_into);", ""),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: an unmerge forgets what was the survivor's own",
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
    name: "persons: contact points stay after an unmerge",
    at: "person/merge.rules#separateItems",
    change: edit("if (keyById.get(item.id) !== toKey(item)) return [item];", "return [item];"),
    tests: "test/people/person/merge.test.ts",
  },
  {
    name: "persons: answers of writes show sensitive values",
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
    name: "persons: keyed hashes stand in the audit trail",
    at: "person.entity#People",
    change: omit("internal"),
    tests: "test/people/person/sensitive-values.test.ts",
  },
  {
    name: "intake: public input is added to known persons",
    at: "resolution#resolve",
    change: edit(
      "[all.filter((lock) => isOwn(lock, existingPerson)), existingPerson ? null : typed]",
      "[all.filter((lock) => isOwn(lock, existingPerson) || lock), typed]",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "intake: what the public types makes a point shared",
    at: "resolution#resolve/all.isAmbiguous",
    change: constant("isAmbiguousPoint(lock, typed)"),
    tests: "test/sales/web-form",
  },
  {
    name: "intake: consent of the public takes a refusal back",
    at: "person/consent#addConsent",
    change: never("hasRefusedChannel"),
    tests: "test/sales/web-form",
  },
  {
    name: "duplicates: families count as one",
    at: "match-score.rules#FAMILY_LIMITS",
    change: constant("{ differs: 30, unsure: 30 }"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: names are compared in their places alone",
    at: "match-score.rules#compareNames",
    change: never("swapped"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: one wrong character is another number",
    at: "match-score.rules#compareDocument",
    change: replaceCall("some", "a.every(near)"),
    tests: "test/people/person/match-score.test.ts",
  },
  {
    name: "duplicates: names have no blocks of beginnings and ends",
    at: "feature-extraction.rules#END_LENGTH",
    change: constant("0"),
    tests: "test/people/person/weight-learning.test.ts",
  },
  {
    name: "duplicates: deleted persons have features",
    at: "feature-extraction.rules#extractFeatures",
    change: edit(
      "if (!person || person.deleted_at || person.merged_into) return emptyFeatures;",
      "if (!person) return emptyFeatures;",
    ),
    tests: "test/people/person",
  },
  {
    name: "sensitive: candidates are what sealed values make of them",
    at: "candidate.rules#redactSealed",
    change: edit("if (!plain) return undefined;", "return candidate;"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "exports: sealed values are shown to permitted users",
    at: "person.export#persons.present",
    change: replaceCall("presentMasked", "({ ...person, custom_fields: seen(person.custom_fields) })"),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "files in: contact points held by others are dropped",
    at: "person/resolution#writeResolution",
    change: never("keepsTakenPoints"),
    tests: "test/platform/import/data-preservation.test.ts",
  },
  {
    name: "files in: a forced row takes a person with contact points held by others",
    at: "person/upsert-row#upsertRow",
    change: never("resolution.takenPoints"),
    tests: "test/platform/import/data-preservation.test.ts",
  },
  {
    name: "persons: one without any value is created",
    at: "person/input-normalization#requireAnyValue",
    change: never("!hasValue(input)"),
    tests: "test/people/person/person.test.ts",
  },
  {
    name: "files in: a person with further data is removed with a lead",
    at: "people/person/import-match#removeBarePerson",
    change: edit(" && (await Person.isBare(id))", ""),
    tests: "test/platform/import/revert.test.ts",
  },
  {
    name: "persons: what there is one of is taken twice",
    at: "unique-per-person#acquireUnique",
    change: replaceCall("put", "tx.put({ ...ownKey, record_id: record })"),
    tests: "test/accounts/customer/uniqueness.test.ts test/accounts/contact",
  },
  {
    name: "persons: what a merged person has does not hinder the survivor",
    at: "unique-per-person#acquireUnique",
    change: edit(
      "for (const { key } of locks) if (key.pk !== ownKey.pk) tx.requireAbsent(key, guarded.rejection);",
      "void locks;",
    ),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "sight: what a lead that joined a stranger becomes shows them",
    at: "person/resolution#resolve",
    change: edit("claim.limited || ", ""),
    tests: "test/invariants/visibility/visibility-grant.test.ts",
  },
  {
    name: "sight: it is granted by a user who does not have it",
    at: "person/disclosure-grant#setDisclosure",
    change: edit("Identity.read(id)", "Identity.resolveMerged(id)"),
    tests: "test/invariants/visibility/visibility-grant.test.ts",
  },
  {
    name: "sight: made anew, it forgets tickets",
    at: "owner-grants#countGrantsByOwner",
    change: edit("}ticket#${", "}tickets#${"),
    tests: "test/invariants/visibility/requester.test.ts",
  },
  {
    name: "scores: a lead that joined a stranger goes by them",
    at: "disclosure#isLimited",
    change: returns('person_sight === "LIMITED" && person_sight !== "LIMITED"'),
    tests: "test/invariants/visibility/figures.test.ts",
  },
];
