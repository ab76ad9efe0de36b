import { dashboardGrants } from "@crm/core/analytics/dashboard/dashboard.kind.ts";
import { Dashboard } from "@crm/core/analytics/dashboard/dashboard.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** Operations of dashboards, in the function `exports`. */

const { read, write } = dashboardGrants;
const tag = "Dashboards";
const links = linksFrom({ self: "/dashboards/{id}", created_by: "/users/{created_by}" });
const commonOptions = { tag, links } as const;
const record = { ...commonOptions, output: recordSchema("Dashboard", Dashboard.Info), kind: "record" } as const;
const recordPath = "/dashboards/{id}";
const data = { method: "GET", tag, access: read, output: Dashboard.Data.meta({ id: "DashboardData" }) } as const;

export const dashboardOperations = [
  ...buildListOperations({
    name: "listDashboards",
    path: "/dashboards",
    access: read,
    summary: "List dashboards",
    description: "The layouts that the caller sees, without their data.",
    verb: Dashboard.list,
    output: recordSchema("DashboardRow", Dashboard.Row),
    ...commonOptions,
  }),
  operation({
    name: "createDashboard",
    method: "POST",
    path: "/dashboards",
    access: write,
    summary: "Create a dashboard",
    verb: Dashboard.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getDefaultDashboard",
    method: "GET",
    path: "/dashboards/default",
    tag,
    access: read,
    summary: "Read the dashboard of the caller's role",
    verb: Dashboard.getDefault,
    output: Dashboard.Default.meta({ id: "DefaultDashboard" }),
    inBatch: true,
  }),
  operation({
    ...data,
    name: "getDefaultDashboardData",
    path: "/dashboards/default/data",
    summary: "Read the data of the dashboard of the caller's role",
    description: "All tiles, for the records that the caller sees.",
    verb: Dashboard.readDefaultData,
    // It has no report, whose run would be a write.
    inBatch: true,
  }),
  operation({
    name: "getDashboard",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read the layout of a dashboard",
    verb: Dashboard.get,
    ...record,
  }),
  operation({
    ...data,
    name: "getDashboardData",
    path: `${recordPath}/data`,
    summary: "Read the data of a dashboard",
    description: "All tiles, for the records that the caller sees. A tile that cannot be read has an `error`.",
    verb: Dashboard.readData,
  }),
  operation({
    name: "replaceDashboard",
    method: "PUT",
    path: recordPath,
    access: write,
    summary: "Replace a dashboard of the caller",
    verb: Dashboard.replace,
    ...record,
  }),
  operation({
    name: "updateDashboard",
    method: "PATCH",
    path: recordPath,
    access: write,
    summary: "Change a dashboard of the caller",
    verb: Dashboard.update,
    ...record,
  }),
  operation({
    name: "deleteDashboard",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete a dashboard of the caller",
    verb: Dashboard.remove,
    ...record,
  }),
  operation({
    name: "restoreDashboard",
    method: "POST",
    path: `${recordPath}/restore`,
    access: write,
    summary: "Restore a deleted dashboard",
    verb: Dashboard.restore,
    ...record,
  }),
] as const;
