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
    summary: "Read the history of an execution",
    description: "Up to 100 entries at a time; states and errors, no values. `links.flow` of an approval refers to it.",
    verb: FlowHistory.read,
    output: FlowHistory.FlowExecution.meta({ id: "FlowHistory" }),
  }),
] as const;

export const flows = defineApiFunction(operations, { uses: ["domains", "flows:read"] });
