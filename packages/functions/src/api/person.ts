import { Candidate } from "@crm/core/person/candidate.ts";
import { Person } from "@crm/core/person/person.ts";
import { operation, recordOf } from "../http/operation.ts";
import { candidateLinks, personLinks } from "./links.ts";

const candidate = { output: recordOf("Duplicate", Candidate.Info), tag: "Persons", links: candidateLinks } as const;

export const persons = [
  operation({
    name: "getPerson",
    method: "GET",
    path: "/persons/{id}",
    tag: "Persons",
    access: "person:read",
    summary: "Read a person with their contact points",
    verb: Person.get,
    output: recordOf("Person", Person.Info),
    kind: "record",
    links: personLinks,
  }),
  operation({
    name: "listDuplicates",
    method: "GET",
    path: "/persons/duplicates",
    access: "person:read",
    summary: "List pairs of persons who may be one",
    description: "Found while persons are written, moments later. The open ones, best first, unless told otherwise.",
    verb: Candidate.list,
    kind: "list",
    ...candidate,
  }),
  operation({
    name: "getDuplicate",
    method: "GET",
    path: "/persons/duplicates/{id}",
    access: "person:read",
    summary: "Read a pair of persons who may be one",
    verb: Candidate.get,
    kind: "record",
    ...candidate,
  }),
  operation({
    name: "dismissDuplicate",
    method: "POST",
    path: "/persons/duplicates/{id}/dismiss",
    access: "person:merge",
    summary: "Say that two persons are not one",
    description: "The pair is not proposed again.",
    verb: Candidate.dismiss,
    kind: "record",
    ...candidate,
    output: recordOf("DecidedDuplicate", Candidate.Decided),
  }),
  operation({
    name: "listPersonDuplicates",
    method: "GET",
    path: "/persons/{id}/duplicates",
    access: "person:read",
    summary: "List whom a person may be one with",
    description: "Of every status, the open ones first, the best of them before others; at most 100.",
    verb: Candidate.ofPerson,
    kind: "list",
    ...candidate,
  }),
];
