import { Defaults } from "@crm/core/view/defaults.ts";
import { viewGrants } from "@crm/core/view/view.domain.ts";
import { View } from "@crm/core/view/view.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { viewLinks } from "./links.ts";
import { listing } from "./listing.ts";

const { read, write } = viewGrants;
const shown = { tag: "Views", links: viewLinks } as const;
const record = { ...shown, output: recordOf("View", View.Info), kind: "record" } as const;
const chosen = { tag: "Views", access: read, output: Defaults.Chosen } as const;
const one = "/views/{id}";

const operations = [
  ...listing({
    name: "listViews",
    path: "/views",
    access: read,
    summary: "List views",
    verb: View.list,
    output: recordOf("ViewRow", View.Row),
    ...shown,
  }),
  operation({
    name: "getViewDefaults",
    method: "GET",
    path: "/views/defaults",
    summary: "Read with which views the caller begins",
    verb: Defaults.get,
    ...chosen,
  }),
  operation({
    name: "createView",
    method: "POST",
    path: "/views",
    access: write,
    summary: "Create a view",
    description: "`query` is what `POST /{kind}/query` takes, and is checked as there.",
    verb: View.create,
    status: 201,
    ...record,
  }),
  operation({ name: "getView", method: "GET", path: one, access: read, summary: "Read a view", verb: View.get, ...record }),
  operation({
    name: "updateView",
    method: "PATCH",
    path: one,
    access: write,
    summary: "Change one's own view",
    verb: View.update,
    ...record,
  }),
  operation({
    name: "deleteView",
    method: "DELETE",
    path: one,
    access: write,
    summary: "Delete one's own view",
    verb: View.remove,
    ...record,
  }),
  operation({
    name: "restoreView",
    method: "POST",
    path: `${one}/restore`,
    access: write,
    summary: "Bring back a deleted view",
    verb: View.restore,
    ...record,
  }),
  operation({
    name: "setDefaultView",
    method: "PUT",
    path: `${one}/default`,
    summary: "Begin with a view, of its kind",
    verb: Defaults.set,
    ...chosen,
  }),
  operation({
    name: "clearDefaultView",
    method: "DELETE",
    path: `${one}/default`,
    summary: "Begin with a view no more",
    verb: Defaults.clear,
    ...chosen,
  }),
] as const;

/** Views are of lists of any kind. */
export const views = serves(operations, { uses: ["domains"] });
