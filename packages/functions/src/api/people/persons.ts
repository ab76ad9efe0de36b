import { Candidate } from "@crm/core/people/identity/candidate.ts";
import { Merging } from "@crm/core/people/identity/merge.ts";
import { PersonLookup } from "@crm/core/people/identity/sealed-value-lookup.ts";
import { Addresses } from "@crm/core/people/person/addresses.ts";
import { ContactPoints } from "@crm/core/people/person/contact-points.ts";
import { DisclosureGrants } from "@crm/core/people/person/disclosure-grant.ts";
import { Candidates, ContactPoint, People } from "@crm/core/people/person/person.entity.ts";
import { PERSON, personGrants } from "@crm/core/people/person/person.kind.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { Preferences } from "@crm/core/people/person/preferences.ts";
import { Verification } from "@crm/core/people/verification/verification.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperationWith, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { personViews } from "../views/person-overview.ts";
import { journey } from "./journey.ts";

const person = { output: recordSchema("Person", Person.Info), kind: "record", links: linksFor(People), tag: "Persons" } as const;
const candidate = { output: recordSchema("Duplicate", Candidate.Info), tag: "Persons", links: linksFor(Candidates) } as const;
const recordWriteOptions = { ...person, access: personGrants.write } as const;

const operations = [
  ...buildFollowOperations("Person", PERSON),
  ...crud({
    noun: "Person",
    plural: "Persons",
    tag: "Persons",
    path: "/persons",
    read: personGrants.read,
    write: personGrants.write,
    remove: personGrants.delete,
    domain: Person,
    output: person.output,
    row: recordSchema("PersonRow", Person.Row),
    links: linksFor(People),
  }),
  buildImportOperation(
    "importPersons",
    "persons",
    "Persons",
    personGrants.write,
    "Each row finds its person by external key or contact points, or creates one. `on_duplicate` decides what happens to an existing person; default: `skip`.",
    async () => (await import("@crm/core/people/person/person.import.ts")).persons,
  ),
  buildExportOperationWith(
    async () => (await import("@crm/core/people/person/person.export.ts")).persons,
    "exportPersons",
    "persons",
    "Persons",
    personGrants.read,
    Person.list.schema,
  ),
  operation({
    name: "resolvePerson",
    method: "POST",
    path: "/persons/resolve",
    tag: "Persons",
    access: personGrants.write,
    summary: "Find or create a person by key or contact points",
    description:
      "The same contact point means the same person: email first, then phone, then social account. Shared contact points identify no person.",
    verb: Person.findOrCreate,
    output: Person.ResolveResult.meta({ id: "ResolvedPerson" }),
  }),
  operation({
    name: "lookUpPersons",
    method: "POST",
    path: "/persons/lookup",
    tag: "Persons",
    access: personGrants.sensitive,
    summary: "Find persons by birth date, document number or IBAN",
    keyed: false,
    verb: PersonLookup.lookup,
    output: z.array(PersonLookup.LookupResult.meta({ id: "FoundPerson" })),
  }),
  operation({
    name: "listContactPoints",
    method: "GET",
    path: "/persons/{id}/contact-points",
    tag: "Persons",
    access: personGrants.read,
    summary: "List the contact points of a person",
    verb: ContactPoints.list,
    output: z.array(ContactPoint.meta({ id: "ContactPoint" })),
  }),
  operation({
    name: "addContactPoint",
    method: "POST",
    path: "/persons/{id}/contact-points",
    summary: "Add a contact point to a person",
    description: "Returns 409 if another person has the contact point, unless one of the two marks it as shared.",
    verb: ContactPoints.add,
    status: 201,
    ...recordWriteOptions,
  }),
  operation({
    name: "updateContactPoint",
    method: "PATCH",
    path: "/persons/{id}/contact-points/{point_id}",
    summary: "Change a contact point",
    verb: ContactPoints.update,
    ...recordWriteOptions,
  }),
  operation({
    name: "removeContactPoint",
    method: "DELETE",
    path: "/persons/{id}/contact-points/{point_id}",
    summary: "Remove a contact point from a person",
    verb: ContactPoints.remove,
    ...recordWriteOptions,
  }),
  operation({
    name: "verifyContactPoint",
    method: "POST",
    path: "/persons/{id}/contact-points/{point_id}/verify",
    tag: "Persons",
    access: personGrants.write,
    summary: "Send a code to verify a contact point",
    description: "By SMS, or by email with a link. Earlier codes become invalid.",
    verb: Verification.start,
    output: Verification.StartResult.meta({ id: "VerificationStarted" }),
    keyspaces: ["throttle"],
    // The code is meant for the owner of the contact point, so the answer is not stored for repeats.
    keyed: false,
  }),
  operation({
    name: "confirmContactPoint",
    method: "POST",
    path: "/persons/{id}/contact-points/{point_id}/verify/confirm",
    summary: "Verify a contact point with the code that was sent to it",
    description: "With the code as the customer tells it, which is valid for ten minutes and five tries.",
    verb: Verification.confirm,
    ...recordWriteOptions,
  }),
  operation({
    name: "grantPersonSight",
    method: "POST",
    path: "/persons/{id}/sights",
    tag: "Persons",
    access: personGrants.write,
    summary: "Allow a record to disclose its person",
    description:
      "For a record with `person_sight: LIMITED`: users who can see the record can then see the person. The caller must be able to see the person, " +
      "but not the record, whose owner knows its id.",
    verb: DisclosureGrants.grant,
    output: DisclosureGrants.Info.meta({ id: "PersonSight" }),
  }),
  operation({
    name: "withdrawPersonSight",
    method: "DELETE",
    path: "/persons/{id}/sights/{record_id}",
    tag: "Persons",
    access: personGrants.write,
    summary: "Withdraw a record's permission to disclose its person",
    description: "Other records still disclose the person, including records created in the meantime.",
    verb: DisclosureGrants.withdraw,
    output: DisclosureGrants.Info.meta({ id: "PersonSight" }),
  }),
  operation({
    name: "addAddress",
    method: "POST",
    path: "/persons/{id}/addresses",
    summary: "Add an address to a person",
    verb: Addresses.add,
    status: 201,
    ...recordWriteOptions,
  }),
  operation({
    name: "updateAddress",
    method: "PATCH",
    path: "/persons/{id}/addresses/{address_id}",
    summary: "Change an address",
    verb: Addresses.update,
    ...recordWriteOptions,
  }),
  operation({
    name: "verifyAddress",
    method: "POST",
    path: "/persons/{id}/addresses/{address_id}/verify",
    summary: "Locate an address with the geocoder",
    verb: Addresses.verify,
    ...recordWriteOptions,
  }),
  operation({
    name: "removeAddress",
    method: "DELETE",
    path: "/persons/{id}/addresses/{address_id}",
    summary: "Remove an address from a person",
    verb: Addresses.remove,
    ...recordWriteOptions,
  }),
  operation({
    name: "setPreferences",
    method: "PUT",
    path: "/persons/{id}/preferences",
    summary: "Set the consent of a person by channel and purpose",
    description: "Omitted answers do not change.",
    verb: Preferences.set,
    ...recordWriteOptions,
  }),
  operation({
    name: "mergePersons",
    method: "POST",
    path: "/persons/{id}/merge",
    tag: "Persons",
    access: personGrants.merge,
    summary: "Merge another person into this one",
    description: "`dry_run` only returns the effects. After the merge, all ids of both persons lead to the survivor.",
    verb: Merging.merge,
    output: Merging.MergeResult.meta({ id: "Merged" }),
  }),
  operation({
    name: "unmergePersons",
    method: "POST",
    path: "/persons/{id}/unmerge",
    tag: "Persons",
    access: personGrants.merge,
    summary: "Undo a merge",
    description: "Both persons are restored, and keep what was added since.",
    verb: Merging.unmerge,
    output: Merging.UnmergeResult.meta({ id: "Unmerged" }),
  }),
  operation({
    name: "listMerges",
    method: "GET",
    path: "/persons/{id}/merges",
    tag: "Persons",
    access: personGrants.read,
    summary: "List the merges of a person",
    verb: Merging.listMerges,
    output: rowSchema("Merge", Merging.Info),
    kind: "list",
    links: linksFrom({
      self: "/persons/{survivor_id}/merges",
      survivor: "/persons/{survivor_id}",
      merged: "/persons/{merged_id}",
    }),
  }),
  ...buildListOperations({
    name: "listDuplicates",
    path: "/persons/duplicates",
    access: personGrants.read,
    summary: "List possible duplicate persons",
    description: "Found shortly after persons are written. Default: the open pairs, best match first.",
    verb: Candidate.list,
    ...candidate,
    output: rowSchema("DuplicateRow", Candidate.Info),
  }),
  {
    ...buildExportOperationWith(
      async () => (await import("@crm/core/people/identity/candidate.export.ts")).duplicates,
      "exportDuplicates",
      "duplicates",
      "Persons",
      personGrants.read,
      Candidate.list.schema,
      "/persons/duplicates",
    ),
    // As other exports, it is also at the name of what it exports.
    otherPaths: ["/duplicates/export"],
  },
  operation({
    name: "getDuplicate",
    method: "GET",
    path: "/persons/duplicates/{id}",
    access: personGrants.read,
    summary: "Read a pair of possible duplicates",
    verb: Candidate.get,
    kind: "record",
    ...candidate,
  }),
  operation({
    name: "dismissDuplicate",
    method: "POST",
    path: "/persons/duplicates/{id}/dismiss",
    access: personGrants.merge,
    summary: "Dismiss a pair of possible duplicates",
    description: "The pair is not proposed again.",
    verb: Candidate.dismiss,
    kind: "record",
    ...candidate,
    output: recordSchema("DecidedDuplicate", Candidate.DecidedCandidate),
  }),
  operation({
    name: "listPersonDuplicates",
    method: "GET",
    path: "/persons/{id}/duplicates",
    access: personGrants.read,
    summary: "List the possible duplicates of a person",
    description: "Pairs of every status, at most 100: open pairs first, best match first.",
    verb: Candidate.listByPerson,
    kind: "list",
    ...candidate,
  }),
];

export const persons = defineApiFunction([...operations, ...journey, ...personViews], {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "seal",
    "domains",
    "mail",
    "sms",
    "sms_sender",
    "objects:uploads:put",
    "objects:uploads:get",
    "objects:audit:get",
    "objects:records:get",
  ],
});
