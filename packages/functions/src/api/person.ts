import { Addresses } from "@crm/core/person/addresses.ts";
import { ContactPoints } from "@crm/core/person/contact-points.ts";
import { Merging } from "@crm/core/person/merge.ts";
import { ContactPoint } from "@crm/core/person/person.entity.ts";
import { Person } from "@crm/core/person/person.ts";
import { Preferences } from "@crm/core/person/preferences.ts";
import * as z from "zod";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { mergeLinks, personLinks } from "./links.ts";

const person = { output: recordOf("Person", Person.Info), kind: "record", links: personLinks, tag: "Persons" } as const;
const changed = { ...person, access: "person:write" } as const;

export const persons = [
  ...crud({
    noun: "Person",
    plural: "Persons",
    tag: "Persons",
    path: "/persons",
    read: "person:read",
    write: "person:write",
    remove: "person:delete",
    domain: Person,
    output: person.output,
    row: recordOf("PersonRow", Person.Row),
    links: personLinks,
  }),
  operation({
    name: "resolvePerson",
    method: "POST",
    path: "/persons/resolve",
    tag: "Persons",
    access: "person:write",
    summary: "Find a person by key or contact points, or make them",
    description: "An equal contact point means the same person, email before phone; a shared one tells nobody apart.",
    verb: Person.resolveOne,
    output: Person.Resolved.meta({ id: "ResolvedPerson" }),
  }),
  operation({
    name: "listContactPoints",
    method: "GET",
    path: "/persons/{id}/contact-points",
    tag: "Persons",
    access: "person:read",
    summary: "List the contact points of a person",
    verb: ContactPoints.list,
    output: z.array(ContactPoint.meta({ id: "ContactPoint" })),
  }),
  operation({
    name: "addContactPoint",
    method: "POST",
    path: "/persons/{id}/contact-points",
    summary: "Add a contact point to a person",
    description: "What another person has is a conflict, unless one of the two says that it is shared.",
    verb: ContactPoints.add,
    status: 201,
    ...changed,
  }),
  operation({
    name: "updateContactPoint",
    method: "PATCH",
    path: "/persons/{id}/contact-points/{point_id}",
    summary: "Change a contact point",
    verb: ContactPoints.update,
    ...changed,
  }),
  operation({
    name: "removeContactPoint",
    method: "DELETE",
    path: "/persons/{id}/contact-points/{point_id}",
    summary: "Take a contact point from a person",
    verb: ContactPoints.remove,
    ...changed,
  }),
  operation({
    name: "addAddress",
    method: "POST",
    path: "/persons/{id}/addresses",
    summary: "Add an address to a person",
    verb: Addresses.add,
    status: 201,
    ...changed,
  }),
  operation({
    name: "updateAddress",
    method: "PATCH",
    path: "/persons/{id}/addresses/{address_id}",
    summary: "Change an address",
    verb: Addresses.update,
    ...changed,
  }),
  operation({
    name: "verifyAddress",
    method: "POST",
    path: "/persons/{id}/addresses/{address_id}/verify",
    summary: "Ask the geocoder where an address is",
    verb: Addresses.verify,
    ...changed,
  }),
  operation({
    name: "removeAddress",
    method: "DELETE",
    path: "/persons/{id}/addresses/{address_id}",
    summary: "Take an address from a person",
    verb: Addresses.remove,
    ...changed,
  }),
  operation({
    name: "setPreferences",
    method: "PUT",
    path: "/persons/{id}/preferences",
    summary: "Set what a person allows, by channel and purpose",
    description: "Answers that are not named stay.",
    verb: Preferences.set,
    ...changed,
  }),
  operation({
    name: "mergePersons",
    method: "POST",
    path: "/persons/{id}/merge",
    tag: "Persons",
    access: "person:merge",
    summary: "Join another person to this one",
    description: "With `dry_run` it only shows what would come of it. Every id of both leads to the survivor from then on.",
    verb: Merging.merge,
    output: Merging.Merged.meta({ id: "Merged" }),
  }),
  operation({
    name: "unmergePersons",
    method: "POST",
    path: "/persons/{id}/unmerge",
    tag: "Persons",
    access: "person:merge",
    summary: "Take a merge back",
    description: "Both persons are as they were, plus what came since.",
    verb: Merging.unmerge,
    output: Merging.Unmerged.meta({ id: "Unmerged" }),
  }),
  operation({
    name: "listMerges",
    method: "GET",
    path: "/persons/{id}/merges",
    tag: "Persons",
    access: "person:read",
    summary: "List who was joined to a person",
    verb: Merging.lineage,
    output: recordOf("Merge", Merging.Info),
    kind: "list",
    links: mergeLinks,
  }),
];
