import { Journey } from "@crm/core/person/journey.ts";
import { journeyGrants } from "@crm/core/person/person.domain.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { journeyLinks } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { tag: "Journey", links: journeyLinks } as const;
const step = { ...shown, output: recordOf("JourneyEntry", Journey.Info), kind: "record" } as const;
const row = { ...shown, output: recordOf("JourneyEntryRow", Journey.Row), kind: "list" } as const;

export const journey = [
  operation({
    name: "listPersonJourney",
    method: "GET",
    path: "/persons/{id}/journey",
    access: journeyGrants.read,
    summary: "List the journey of a person",
    verb: Journey.listOf,
    ...row,
  }),
  operation({
    name: "createJourneyEntry",
    method: "POST",
    path: "/persons/{id}/journey",
    access: journeyGrants.write,
    summary: "Record a step of a person's journey",
    verb: Journey.create,
    status: 201,
    ...step,
  }),
  ...listing({
    name: "listJourneyEntries",
    path: "/journey",
    access: journeyGrants.read,
    summary: "List steps of all journeys",
    description: "`stage`, `campaign_id` and `related_order_id` are compared without letter case and accents.",
    verb: Journey.list,
    ...row,
  }),
  exporting(
    "exportJourneyEntries",
    "journey",
    "Journey",
    journeyGrants.read,
    Journey.list.schema,
    async () => (await import("@crm/core/person/journey.export.ts")).journey,
  ),
  operation({
    name: "getJourneyEntry",
    method: "GET",
    path: "/journey/{id}",
    access: journeyGrants.read,
    summary: "Read a step of a journey",
    verb: Journey.get,
    ...step,
  }),
  operation({
    name: "updateJourneyEntry",
    method: "PATCH",
    path: "/journey/{id}",
    access: journeyGrants.write,
    summary: "Change fields of a step",
    description: "Only the fields named; `null` clears one. The time stays.",
    verb: Journey.update,
    ...step,
  }),
  operation({
    name: "deleteJourneyEntry",
    method: "DELETE",
    path: "/journey/{id}",
    access: journeyGrants.write,
    summary: "Delete a step of a journey",
    description: "It can be restored.",
    verb: Journey.remove,
    ...step,
  }),
  operation({
    name: "restoreJourneyEntry",
    method: "POST",
    path: "/journey/{id}/restore",
    access: journeyGrants.write,
    summary: "Bring back a deleted step",
    verb: Journey.restore,
    ...step,
  }),
];
