import { useMemo } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import { sumFields } from "../../input/fields/field-sum.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import type { ListColumn } from "./list-columns.ts";

const NO_ROWS: readonly ConsoleRecord[] = [];

/** The sums of the columns of a list, for these rows. Undefined: the rows are a part that the user did not choose, which has no sum. */
export function useListSums(columns: readonly ListColumn[], rows: readonly ConsoleRecord[] | undefined) {
  const options = useTextOptions();
  return useMemo(
    () =>
      sumFields(
        rows ?? NO_ROWS,
        columns.flatMap(({ field }) => field ?? []),
        options,
      ),
    [rows, columns, options],
  );
}
