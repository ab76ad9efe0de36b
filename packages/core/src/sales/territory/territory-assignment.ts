import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { limitOpenChanges, prepareStart } from "../../platform/bulk-change/start.ts";
import { Start } from "../../platform/bulk-change/start-input.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";

/** Assigns territories to existing records by the rule, as a bulk change that can be followed, cancelled and undone. */
export const assign = fn(
  z.strictObject({
    kind: oneOf(["lead", "customer", "opportunity"]),
    ...Start.pick({ ids: true, query: true, dry_run: true }).shape,
    overwrite: z
      .boolean()
      .default(false)
      .describe("Includes records that have a territory; a record that matches no rule keeps it"),
  }),
  async ({ overwrite, ...request }) => {
    const changes = { territory_id: null };
    const begin = await prepareStart({ ...request, action: "update", changes }, { what: "territory", overwrite });
    return retryOnConflict(async () => {
      const tx = transaction();
      const record = await begin(tx);
      await limitOpenChanges(tx, record);
      return tx.commit(record);
    });
  },
);
