import { kpiGrants } from "@crm/core/analytics/kpi/kpi.kind.ts";
import { Kpi } from "@crm/core/analytics/kpi/kpi.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** Operations of KPIs, in the function `exports`. */

const { read, write } = kpiGrants;
const links = linksFrom({ self: "/kpis/{id}", created_by: "/users/{created_by}" });
const commonOptions = { tag: "KPIs", links } as const;
const record = { ...commonOptions, output: recordSchema("Kpi", Kpi.Info), kind: "record" } as const;
const recordPath = "/kpis/{id}";

export const kpiOperations = [
  ...buildListOperations({
    name: "listKpis",
    path: "/kpis",
    access: read,
    summary: "List KPIs",
    description: "The definitions that the caller sees, without their values.",
    verb: Kpi.list,
    output: recordSchema("KpiRow", Kpi.Row),
    ...commonOptions,
  }),
  operation({
    name: "createKpi",
    method: "POST",
    path: "/kpis",
    access: write,
    summary: "Create a KPI",
    verb: Kpi.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getKpi",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read a KPI with its value, trend and status",
    description: "For the records that the caller sees, in the current period.",
    verb: Kpi.get,
    ...commonOptions,
    output: recordSchema("KpiWithValue", Kpi.Result),
    kind: "record",
  }),
  operation({
    name: "replaceKpi",
    method: "PUT",
    path: recordPath,
    access: write,
    summary: "Replace a KPI of the caller",
    verb: Kpi.replace,
    ...record,
  }),
  operation({
    name: "updateKpi",
    method: "PATCH",
    path: recordPath,
    access: write,
    summary: "Change a KPI of the caller",
    verb: Kpi.update,
    ...record,
  }),
  operation({
    name: "deleteKpi",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete a KPI of the caller",
    verb: Kpi.remove,
    ...record,
  }),
  operation({
    name: "restoreKpi",
    method: "POST",
    path: `${recordPath}/restore`,
    access: write,
    summary: "Restore a deleted KPI",
    verb: Kpi.restore,
    ...record,
  }),
] as const;
