import { searchPathGrants } from "@crm/core/platform/search-path/search-path.kind.ts";
import { SearchPath } from "@crm/core/platform/search-path/search-path.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const tag = "Search paths";
const links = linksFrom({ self: "/search-paths/{id}", fill: "/search-paths/fill?entity={entity}" });
const output = recordSchema("SearchPath", SearchPath.Info);

const operations = [
  ...buildListOperations({
    name: "listSearchPaths",
    path: "/search-paths",
    tag,
    access: searchPathGrants.read,
    summary: "List the search paths of records",
    verb: SearchPath.list,
    output: recordSchema("SearchPathRow", SearchPath.Row),
    links,
  }),
  operation({
    name: "createSearchPath",
    method: "POST",
    path: "/search-paths",
    tag,
    access: searchPathGrants.manage,
    summary: "Declare a search path into records",
    description:
      "Lists accept it as a parameter of its name, and in `sort`, once it is READY: after a minute and a half, the existing records are " +
      "processed. At most 20 for each kind of record.",
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
    summary: "Read how many records have a value at each path",
    description: "For the newest 1,000 records, and for all records at declared paths.",
    verb: SearchPath.measureFillRate,
    output: SearchPath.FillRate,
  }),
  operation({
    name: "getSearchPath",
    method: "GET",
    path: "/search-paths/{id}",
    tag,
    access: searchPathGrants.read,
    summary: "Read a search path, and the progress of its setup",
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
    description: "Searches stop using the path: here at once, elsewhere within a minute.",
    verb: SearchPath.remove,
    output,
    kind: "record",
    links,
  }),
];

export const paths = defineApiFunction(operations, { uses: ["domains"] });
