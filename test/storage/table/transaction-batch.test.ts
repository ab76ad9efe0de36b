import { WriteConflict } from "@crm/core/storage/table/conflict.ts";
import type { WriteStep } from "@crm/core/storage/table/item.ts";
import { dynamodbLimits } from "@crm/core/storage/table/table.ts";
import { Batch } from "@crm/core/storage/table/transaction-batch.ts";
import { expect, it } from "vitest";

const buildStep = (sk: number): WriteStep => ({
  action: { Put: { TableName: "crm", Item: { pk: "records", sk: String(sk) } } },
  rejection: () => new WriteConflict("refused"),
});

it("an operation runs again if the full transaction before it is refused, because it may have read what that would have written", async () => {
  const batch = new Batch<string>({
    write: async (steps) => {
      throw steps[0]?.rejection();
    },
    closingSteps: () => [],
  });
  const run = (subject: string, steps: readonly WriteStep[]) =>
    batch.run(subject, () => batch.collect(steps, undefined, async () => undefined));
  await run(
    "first",
    Array.from({ length: dynamodbLimits.transaction }, (_, index) => buildStep(index)),
  );
  await expect(run("second", [buildStep(dynamodbLimits.transaction)])).rejects.toThrow(
    "The previous transaction must be sent first",
  );
  expect(batch.takeRejections()).toHaveLength(1);
});
