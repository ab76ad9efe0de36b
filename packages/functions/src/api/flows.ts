import { flowGrants } from "@crm/core/flow/flow.domain.ts";
import { FlowHistory } from "@crm/core/flow/history.ts";
import { serves } from "../http/function.ts";
import { operation } from "../http/operation.ts";

const operations = [
  operation({
    name: "getFlow",
    method: "GET",
    path: "/flows/{id}",
    tag: "Flows",
    access: flowGrants.read,
    summary: "Read what happened in an execution",
    description: "By 100 entries; states and errors, no values. `links.flow` of an approval names it.",
    verb: FlowHistory.read,
    output: FlowHistory.Told.meta({ id: "FlowHistory" }),
  }),
] as const;

export const flows = serves(operations, { uses: ["domains", "flows:read"] });
