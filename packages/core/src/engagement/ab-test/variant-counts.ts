import { variantPart } from "../../messaging/message/daily-figures.rules.ts";
import { MessageOutcomes } from "../../messaging/message/outcome-counts.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { Item } from "../../storage/table/item.ts";
import { abTestScope, type MemberCount } from "../campaign/ab-test-counters.rules.ts";
import { CAMPAIGN_MEMBER } from "../campaign/campaign.kind.ts";
import type { AbTestRecord } from "./ab-test.entity.ts";
import type { SuccessMetric, VariantId } from "./ab-test-status.rules.ts";

/** The counts of the variants of a test, from counters that the stream maintains: no message and no member is read. */

/** In mails, which are persons, because each person gets one mail. */
export interface VariantCounts {
  id: VariantId;
  /** Mails that were written. */
  assigned: number;
  queued: number;
  sent: number;
  /** Sent, and not reported as undelivered. */
  delivered: number;
  undelivered: number;
  /** Mails whose opens and clicks are counted. Without any, these are null. */
  tracked: number;
  opened: number | null;
  clicked: number | null;
  /** Members of the campaign that responded or bought after their mail left. */
  responded: number;
  converted: number;
  /** Persons with the success metric, at most `delivered`; null if it is not tracked. */
  successes: number | null;
}

const countByMetric: Readonly<Record<SuccessMetric, "clicked" | "responded" | "converted" | "opened">> = {
  click_rate: "clicked",
  response_rate: "responded",
  conversion_rate: "converted",
  open_rate: "opened",
};

/** Reads the counts of all variants. With `consistent`, they are read without a cache: for the decision. */
export async function loadVariantCounts(
  { id: testId, variants, success_metric }: Pick<AbTestRecord, "id" | "variants" | "success_metric">,
  options: { consistent?: boolean } = {},
): Promise<VariantCounts[]> {
  const ids = variants.map(({ id }) => variantPart(testId, id));
  const scope = abTestScope(testId);
  const [messages, members] = await Promise.all([
    MessageOutcomes.readAllCounts(ids, options),
    options.consistent
      ? Counter.readConsistent(CAMPAIGN_MEMBER.name, [scope]).then(([item]) => item)
      : Counter.read(CAMPAIGN_MEMBER.name, [scope]).then(({ scopes }) => scopes.get(scope)),
  ]);
  // Mails of earlier releases do not say whether they are tracked. Opens or clicks of one variant show it for all.
  const isKnown = messages.some(({ tracked, opened, clicked }) => tracked === 0 && (opened ?? 0) + (clicked ?? 0) > 0);
  return variants.map(({ id }, index) => {
    const { written = 0, queued = 0, sent = 0, undelivered = 0, tracked = 0, opened = 0, clicked = 0 } = messages[index] ?? {};
    const delivered = Math.max(0, sent - undelivered);
    const responded = readCount(members, id, "responded");
    const converted = readCount(members, id, "converted");
    const counts = {
      opened: isKnown ? (opened ?? 0) : opened,
      clicked: isKnown ? (clicked ?? 0) : clicked,
      responded,
      converted,
    };
    // Counters of messages and members are not read at the same instant.
    const reached = counts[countByMetric[success_metric]];
    const successes = reached === null ? null : Math.max(0, Math.min(delivered, reached));
    return { id, assigned: written, queued, sent, delivered, undelivered, tracked, ...counts, successes };
  });
}

const readCount = (item: Item | undefined, variant: string, name: MemberCount): number =>
  Number(item?.[`${variant}.${name}`] ?? 0);
