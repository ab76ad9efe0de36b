import { useMemo } from "react";
import type { Kind } from "../../../api/kind.ts";
import { listPath } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import type { Definition, ResultRow } from "../../../records/report/definition.ts";
import { buildRowsSearch } from "./open-rows.ts";

/** Returns the function that finds the address of the records behind values of groupings. */
export function useRowsAddress(definition: Definition, source: Kind): (values: ResultRow) => string | undefined {
  const { settings, organizationZone } = useTenant();
  const isSameZone = settings.timezone === organizationZone;
  return useMemo(
    () => (values) => {
      const search = buildRowsSearch(definition, source, values, { isSameZone });
      return search && `${listPath(source)}?${new URLSearchParams(search)}`;
    },
    [definition, source, isSameZone],
  );
}
