import { Person } from "@crm/core/person/person.ts";
import { operation, recordOf } from "../http/operation.ts";
import { personLinks } from "./links.ts";

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
];
