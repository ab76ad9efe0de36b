import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { MessageOutcomes } from "../../messaging/message/outcome-counts.ts";
import { Interval, Stored, comparisonFields as storedFields } from "./ab-test.entity.ts";
import { AbTest, TestIdInput } from "./ab-test.ts";
import { compare } from "./ab-test-decision.ts";
import { successMetrics, variantIds } from "./ab-test-status.rules.ts";
import { loadVariantCounts } from "./variant-counts.ts";

/** The figures of A/B tests: by variant, as they are counted now. */

const { intervals: _, ...comparisonFields } = storedFields;

const count = () => z.number().int();

const Variant = Interval.omit({ id: true }).extend({
  id: oneOf(variantIds),
  share: count().describe("Proportion within the sample"),
  assigned: count().describe("Mails that were written, each to another person"),
  queued: count().describe("Mails that wait"),
  sent: count().describe("Mails that left"),
  delivered: count().describe("Mails that left and did not come back"),
  undelivered: count().describe("Mails that came back"),
  tracked: count().describe("Mails whose opens and clicks are counted"),
  opened: count().nullable().describe("Mails that a person opened. Opens by programs are left out. null: not tracked"),
  clicked: count().nullable().describe("Mails in which a person followed a link. null: not tracked"),
  responded: count().describe("Members of the campaign that responded after their mail left"),
  converted: count().describe("Members of the campaign that bought after their mail left"),
  successes: count().nullable().describe("Persons with the success metric of the test. null: not tracked"),
});

export const warningCodes = ["not_decided", "not_tracked", "small_sample", "unequal_shares", "opens_are_uncertain"] as const;

export const Info = z.object({
  success_metric: oneOf(successMetrics),
  ...Stored.pick({ confidence_level: true, minimum_sample_size: true, status: true, winning_variant: true }).shape,
  variants: z.array(Variant),
  ...comparisonFields,
  outcome: comparisonFields.outcome.describe("By the present counts. The decision is in the test, and does not change"),
  warnings: z
    .array(oneOf(warningCodes))
    .describe(
      "not_decided: the figures still change, and looking early finds differences that are none; not_tracked: opens and clicks of the mails are not counted, so they decide nothing; small_sample: a variant has fewer delivered mails than minimum_sample_size; unequal_shares: the split of the persons is faulty; opens_are_uncertain: programs of mailboxes open mails too, and not all are recognised",
    ),
  rest: MessageOutcomes.Info.nullable().describe("Mails of the winner to the others"),
});

/** Reads the figures of a test. Users who see the campaign see the figures of all persons. */
export const readResults = fn(TestIdInput, async (input): Promise<z.output<typeof Info>> => {
  const test = await AbTest.read(input);
  const [counts, rest] = await Promise.all([
    loadVariantCounts(test),
    test.rest_send_id === null ? null : MessageOutcomes.readCounts(test.rest_send_id),
  ]);
  const { intervals, ...comparison } = compare(test, counts).comparison;
  const { success_metric, confidence_level, minimum_sample_size, status, winning_variant } = test;
  const warnings: Record<(typeof warningCodes)[number], boolean> = {
    not_decided: test.decision === null,
    not_tracked: comparison.outcome === "not_tracked",
    small_sample: counts.some(({ delivered }) => delivered < minimum_sample_size),
    unequal_shares: comparison.outcome === "unequal_shares",
    opens_are_uncertain: success_metric === "open_rate",
  };
  return {
    ...{ success_metric, confidence_level, minimum_sample_size, status, winning_variant },
    ...comparison,
    variants: counts.map((variant, index) => ({
      ...variant,
      ...(intervals[index] ?? { rate: null, low: 0, high: 1 }),
      id: variant.id,
      share: test.variants[index]?.share ?? 1,
    })),
    warnings: warningCodes.filter((code) => warnings[code]),
    rest,
  };
});

export * as AbTestResults from "./ab-test-results.ts";
