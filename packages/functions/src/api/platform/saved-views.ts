import { DefaultView } from "@crm/core/platform/saved-view/default-view.ts";
import { RoleView } from "@crm/core/platform/saved-view/role-view.ts";
import { viewGrants } from "@crm/core/platform/saved-view/saved-view.kind.ts";
import { View } from "@crm/core/platform/saved-view/saved-view.ts";
import { findKind } from "@crm/core/storage/table/collection-registry.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { type LinkedRecord, operation, recordSchema } from "../../http/operation.ts";
import { apiPath, linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, write, manage } = viewGrants;
const recordLinks = linksFrom({ self: "/views/{id}", created_by: "/users/{created_by}" });
/** `query` is the path of the list that the view filters. */
const links = (view: LinkedRecord) => ({ ...recordLinks(view), query: apiPath(`${findKind(String(view.kind))?.path}/query`) });
const commonOptions = { tag: "Views", links } as const;
const record = { ...commonOptions, output: recordSchema("View", View.Info), kind: "record" } as const;
const defaultsOptions = { tag: "Views", access: read, output: DefaultView.DefaultViewIds } as const;
const roleDefaultOptions = { tag: "Views", access: manage, output: RoleView.Info } as const;
const recordPath = "/views/{id}";

const operations = [
  ...buildListOperations({
    name: "listViews",
    path: "/views",
    access: read,
    summary: "List views",
    verb: View.list,
    output: recordSchema("ViewRow", View.Row),
    ...commonOptions,
  }),
  operation({
    name: "getViewDefaults",
    method: "GET",
    path: "/views/defaults",
    summary: "Read the caller's default views",
    description: "The view that the caller chose for a kind, else that of the role of the caller, else that of all roles.",
    verb: DefaultView.get,
    inBatch: true,
    ...defaultsOptions,
  }),
  operation({
    name: "createView",
    method: "POST",
    path: "/views",
    access: write,
    summary: "Create a view",
    description: "`query` is a request of `POST /{kind}/query`, and is validated in the same way.",
    verb: View.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getView",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read a view",
    verb: View.get,
    ...record,
  }),
  operation({
    name: "updateView",
    method: "PATCH",
    path: recordPath,
    access: write,
    summary: "Change a view of the caller",
    verb: View.update,
    ...record,
  }),
  operation({
    name: "deleteView",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete a view of the caller",
    verb: View.remove,
    ...record,
  }),
  operation({
    name: "restoreView",
    method: "POST",
    path: `${recordPath}/restore`,
    access: write,
    summary: "Restore a deleted view",
    verb: View.restore,
    ...record,
  }),
  operation({
    name: "setDefaultView",
    method: "PUT",
    path: `${recordPath}/default`,
    summary: "Make a view the default of its kind",
    verb: DefaultView.set,
    ...defaultsOptions,
  }),
  operation({
    name: "clearDefaultView",
    method: "DELETE",
    path: `${recordPath}/default`,
    summary: "Stop using a view as the default of its kind",
    verb: DefaultView.clear,
    ...defaultsOptions,
  }),
  operation({
    name: "getRoleDefaultView",
    method: "GET",
    path: `${recordPath}/role-default`,
    summary: "Read the roles whose default a view is",
    verb: RoleView.get,
    ...roleDefaultOptions,
  }),
  operation({
    name: "replaceRoleDefaultView",
    method: "PUT",
    path: `${recordPath}/role-default`,
    summary: "Set the roles whose default a view is",
    description: "The view must be shared with everyone. A default that a user chose counts before that of the role.",
    verb: RoleView.replace,
    ...roleDefaultOptions,
  }),
] as const;

/** A view can be of a list of any kind, so the function needs all domains. */
export const views = defineApiFunction(operations, { uses: ["domains"] });
