import { Journeys } from "@crm/core/people/person/journey.entity.ts";
import { Journey } from "@crm/core/people/person/journey.ts";
import { journeyGrants } from "@crm/core/people/person/person.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const links = linksFor(Journeys);
const commonOptions = { tag: "Journey", links } as const;
const step = { ...commonOptions, output: recordSchema("JourneyEntry", Journey.Info), kind: "record" } as const;
const row = { ...commonOptions, output: recordSchema("JourneyEntryRow", Journey.Row), kind: "list" } as const;

export const journey = [
  operation({
    name: "listPersonJourney",
    method: "GET",
    path: "/persons/{id}/journey",
    access: journeyGrants.read,
    summary: "List the journey of a person",
    verb: Journey.listByPerson,
    ...row,
  }),
  operation({
    name: "createJourneyEntry",
    method: "POST",
    path: "/persons/{id}/journey",
    access: journeyGrants.write,
    summary: "Record a step of a person's journey",
    dialog: { inputs: { related_order_id: { record: "order" } } },
    verb: Journey.create,
    status: 201,
    ...step,
  }),
  ...buildListOperations({
    name: "listJourneyEntries",
    path: "/journey",
    access: journeyGrants.read,
    summary: "List steps of all journeys",
    description: "`stage`, `campaign_id` and `related_order_id` are compared without letter case and accents.",
    verb: Journey.list,
    ...row,
  }),
  buildExportOperation("exportJourneyEntries", "journey", "Journey", journeyGrants.read, Journey.listDefinition),
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
    description: "Changes only the named fields; `null` clears one. The time cannot be changed.",
    verb: Journey.update,
    ...step,
  }),
  operation({
    name: "deleteJourneyEntry",
    method: "DELETE",
    path: "/journey/{id}",
    access: journeyGrants.write,
    summary: "Delete a step of a journey",
    description: "The step can be restored.",
    verb: Journey.remove,
    ...step,
  }),
  operation({
    name: "restoreJourneyEntry",
    method: "POST",
    path: "/journey/{id}/restore",
    access: journeyGrants.write,
    summary: "Restore a deleted step",
    verb: Journey.restore,
    ...step,
  }),
];
