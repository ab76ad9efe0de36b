import { flowGrants } from "@crm/core/lib/state-machine/flow.kind.ts";
import { FlowHistory } from "@crm/core/lib/state-machine/history.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation } from "../../http/operation.ts";

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
    output: FlowHistory.FlowExecution.meta({ id: "FlowHistory" }),
  }),
] as const;

export const flows = defineApiFunction(operations, { uses: ["domains", "flows:read"] });
