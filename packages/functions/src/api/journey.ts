import { Journey } from "@crm/core/person/journey.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { journeyLinks } from "./links.ts";

const shown = { tag: "Journey", links: journeyLinks } as const;
const step = { ...shown, output: recordOf("JourneyEntry", Journey.Info), kind: "record" } as const;
const row = { ...shown, output: recordOf("JourneyEntryRow", Journey.Row), kind: "list" } as const;

export const journey = [
  operation({
    name: "listPersonJourney",
    method: "GET",
    path: "/persons/{id}/journey",
    access: "journey:read",
    summary: "List the journey of a person",
    verb: Journey.listOf,
    ...row,
  }),
  operation({
    name: "createJourneyEntry",
    method: "POST",
    path: "/persons/{id}/journey",
    access: "journey:write",
    summary: "Record a step of a person's journey",
    verb: Journey.create,
    status: 201,
    ...step,
  }),
  operation({
    name: "listJourneyEntries",
    method: "GET",
    path: "/journey",
    access: "journey:read",
    summary: "List steps of all journeys",
    description: "`stage`, `campaign_id` and `related_order_id` are compared without letter case and accents.",
    verb: Journey.list,
    ...row,
  }),
  exporting("exportJourneyEntries", "journey", "Journey", "journey:read", Journey.list.schema),
  operation({
    name: "getJourneyEntry",
    method: "GET",
    path: "/journey/{id}",
    access: "journey:read",
    summary: "Read a step of a journey",
    verb: Journey.get,
    ...step,
  }),
  operation({
    name: "updateJourneyEntry",
    method: "PATCH",
    path: "/journey/{id}",
    access: "journey:write",
    summary: "Change fields of a step",
    description: "Only the fields named; `null` clears one. The time stays.",
    verb: Journey.update,
    ...step,
  }),
  operation({
    name: "deleteJourneyEntry",
    method: "DELETE",
    path: "/journey/{id}",
    access: "journey:write",
    summary: "Delete a step of a journey",
    description: "It can be restored.",
    verb: Journey.remove,
    ...step,
  }),
  operation({
    name: "restoreJourneyEntry",
    method: "POST",
    path: "/journey/{id}/restore",
    access: "journey:write",
    summary: "Bring back a deleted step",
    verb: Journey.restore,
    ...step,
  }),
];
