import { searchPathGrants } from "@crm/core/search-path/search-path.domain.ts";
import { SearchPath } from "@crm/core/search-path/search-path.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { searchPathLinks as links } from "./links.ts";
import { listing } from "./listing.ts";

const tag = "Search paths";
const output = recordOf("SearchPath", SearchPath.Info);

const operations = [
  ...listing({
    name: "listSearchPaths",
    path: "/search-paths",
    tag,
    access: searchPathGrants.read,
    summary: "List the paths that records are found by",
    verb: SearchPath.list,
    output: recordOf("SearchPathRow", SearchPath.Row),
    links,
  }),
  operation({
    name: "createSearchPath",
    method: "POST",
    path: "/search-paths",
    tag,
    access: searchPathGrants.manage,
    summary: "Declare a path into records to find them by",
    description:
      "Lists take it as a parameter of its name, and in `sort`, once it is READY: after a minute and a half, records that are " +
      "there are gone through. At most 20 for each kind of record.",
    verb: SearchPath.create,
    output,
    kind: "record",
    status: 201,
    links,
  }),
  operation({
    name: "getSearchPathFill",
    method: "GET",
    path: "/search-paths/fill",
    tag,
    access: searchPathGrants.manage,
    summary: "Read how often each path is filled",
    description: "Of the newest 1,000 records, and of all for paths that are declared.",
    verb: SearchPath.fill,
    output: SearchPath.Fill,
  }),
  operation({
    name: "getSearchPath",
    method: "GET",
    path: "/search-paths/{id}",
    tag,
    access: searchPathGrants.read,
    summary: "Read a path, and how far the work on it is",
    verb: SearchPath.get,
    output,
    kind: "record",
    links,
  }),
  operation({
    name: "deleteSearchPath",
    method: "DELETE",
    path: "/search-paths/{id}",
    tag,
    access: searchPathGrants.manage,
    summary: "Drop a path",
    description: "Nothing is found by it from now on, here at once and elsewhere within a minute.",
    verb: SearchPath.remove,
    output,
    kind: "record",
    links,
  }),
];

export const paths = serves(operations, { uses: ["domains"] });
