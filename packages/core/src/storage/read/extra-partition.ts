import { useTenant } from "../../kernel/context.ts";
import { extraIndexPartition } from "../table/extra-index.ts";
import type { Partition } from "./list-query.ts";

/** Builds the partition with the extra index entries of a kind under a name. */
export const buildExtraPartition = ({ name }: { readonly name: string }, nameParts: readonly string[]): Partition => ({
  index: "entry",
  facets: { pk: extraIndexPartition(useTenant(), name, nameParts) },
});
