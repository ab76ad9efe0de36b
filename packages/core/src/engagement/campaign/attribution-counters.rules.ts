import { Money } from "../../kernel/money.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { toAmountCounts } from "../../sales/opportunity/customer-totals.rules.ts";
import type { CounterSums } from "../../storage/table/collection.ts";
import { type AttributionModel, attribute, attributionModels, type Touch } from "./attribution.rules.ts";

/**
 * What a conversion adds to the counters of its day (docs/engagement/campaigns.md, Attribution): one counter for each model and group, with an amount for
 * each key and currency. All amounts of a counter add up to the value of its conversions. Pure.
 */

export const attributionGroups = ["campaign", "channel", "source"] as const;
export type AttributionGroup = (typeof attributionGroups)[number];

/** The touches that the counters know. */
type CountedTouch = Pick<Touch, "id" | "at" | "campaign_id" | "source" | "person_id"> & { channel_id: string | null };

interface Conversion {
  converted_at: string;
  converted_day: string;
  currency: string;
  value: string;
  touches: readonly CountedTouch[];
}

/** Groups under which one conversion is counted by name. The limit keeps a change of a counter within one expression. */
export const MAX_GROUPS = 20;

/** Conversions without a touch. */
export const UNATTRIBUTED = "unattributed";
/** Touches that name no value of the group. */
export const NO_VALUE = "none";
/** Touches of the groups beyond the limit. */
export const OTHER = "other";
/** All conversions. */
const ALL = "all";
const VALUE_PREFIX = "=";
const COUNT_SUFFIX = ".n";

const valueReaders: Readonly<Record<AttributionGroup, (touch: CountedTouch) => string | null>> = {
  campaign: ({ campaign_id }) => campaign_id,
  channel: ({ channel_id }) => channel_id,
  source: ({ source }) => source,
};

/** Returns the key of a value of the group; null: touches that name none. */
export const toKey = (value: string | null): string => (value === null ? NO_VALUE : VALUE_PREFIX + encodeURIComponent(value));

/** Returns the value that a key stands for; undefined for the other keys. */
export const parseKey = (key: string): string | undefined =>
  key.startsWith(VALUE_PREFIX) ? decodeURIComponent(key.slice(VALUE_PREFIX.length)) : undefined;

const dayScope = (model: AttributionModel, group: AttributionGroup, day: string): string => `share@${model}@${group}@${day}`;

/** Returns the key range of the counters of these days. */
export const attributionRange = (
  model: AttributionModel,
  group: AttributionGroup,
  { from, to }: { from: string; to: string },
): [from: string, to: string] => [dayScope(model, group, from), dayScope(model, group, to)];

/** Returns the key of each touch. Values beyond the latest 20 have the key `other`. */
function groupTouches(touches: readonly CountedTouch[], group: AttributionGroup): Map<string, string> {
  const names = new Set<string>();
  const keyById = new Map<string, string>();
  for (const touch of [...touches].reverse()) {
    const key = toKey(valueReaders[group](touch));
    if (names.size < MAX_GROUPS) names.add(key);
    keyById.set(touch.id, names.has(key) ? key : OTHER);
  }
  return keyById;
}

/** Returns the touches that have a part of the value. */
const listCredited = (model: AttributionModel, touches: readonly CountedTouch[]): readonly CountedTouch[] =>
  model === "FIRST_TOUCH" ? touches.slice(0, 1) : model === "LAST_TOUCH" ? touches.slice(-1) : touches;

/** Returns the share of each touch by model, as amounts. `touches` are in order of time. */
export function computeShares({
  value,
  touches,
  converted_at,
}: Pick<Conversion, "value" | "touches" | "converted_at">): Record<AttributionModel, ReadonlyMap<string, string>> {
  const decimals = value.split(".")[1]?.length ?? 0;
  const journey = touches.map(({ channel_id, ...touch }): Touch => ({ ...touch, channel: channel_id, cause: null }));
  const share = (model: AttributionModel) =>
    new Map(
      attribute(model, journey, Money.toMinor(value), converted_at).map(({ touch_id, amount }) => [
        touch_id,
        Money.fromMinor(amount, decimals),
      ]),
    );
  return {
    FIRST_TOUCH: share("FIRST_TOUCH"),
    LAST_TOUCH: share("LAST_TOUCH"),
    LINEAR: share("LINEAR"),
    TIME_DECAY: share("TIME_DECAY"),
    POSITION_BASED: share("POSITION_BASED"),
  };
}

/** Returns what a conversion adds to the 15 counters of its day. */
export function buildAttributionSums(conversion: Conversion): CounterSums {
  const { converted_day, currency, value, touches } = conversion;
  const shares = computeShares(conversion);
  const parts = attributionModels.flatMap((model) =>
    attributionGroups.map((group): CounterSums => {
      const counts: Record<string, number> = { [ALL + COUNT_SUFFIX]: 1 };
      const scopes = [dayScope(model, group, converted_day)];
      if (touches.length === 0)
        return {
          scopes,
          counts: { ...counts, [UNATTRIBUTED + COUNT_SUFFIX]: 1, ...toAmountCounts(UNATTRIBUTED, currency, value) },
        };
      const keyById = groupTouches(touches, group);
      const minorByKey = new Map<string, bigint>();
      for (const [id, amount] of shares[model]) {
        const key = keyById.get(id) ?? OTHER;
        minorByKey.set(key, (minorByKey.get(key) ?? 0n) + Money.toMinor(amount));
      }
      for (const { id } of listCredited(model, touches)) counts[(keyById.get(id) ?? OTHER) + COUNT_SUFFIX] = 1;
      for (const [key, minor] of minorByKey) Object.assign(counts, toAmountCounts(key, currency, minor.toString()));
      return { scopes, counts };
    }),
  );
  return joinSums(...parts);
}

interface CountedShares {
  /** Amounts in minor units, by key, day and currency. */
  amounts: { key: string; day: string; currency: string; minor: bigint }[];
  conversionsByKey: ReadonlyMap<string, number>;
  /** The number of all conversions. */
  conversionCount: number;
}

const HIGH_UNIT = 1_000_000_000n;

/** Returns the shares in counters of days. */
export function parseShares(counters: readonly Readonly<Record<string, unknown>>[]): CountedShares {
  const amounts: CountedShares["amounts"] = [];
  const conversionsByKey = new Map<string, number>();
  for (const counter of counters) {
    const day = String(counter.sk).slice(-"YYYY-MM-DD".length);
    for (const [name, value] of Object.entries(counter)) {
      const [, key, currency, part] = /^(.+)\.([A-Z]{3})\.([hl])$/.exec(name) ?? [];
      if (key !== undefined && currency !== undefined)
        amounts.push({ key, day, currency, minor: BigInt(Number(value)) * (part === "h" ? HIGH_UNIT : 1n) });
      else if (name.endsWith(COUNT_SUFFIX)) {
        const counted = name.slice(0, -COUNT_SUFFIX.length);
        conversionsByKey.set(counted, (conversionsByKey.get(counted) ?? 0) + Number(value));
      }
    }
  }
  const conversionCount = conversionsByKey.get(ALL) ?? 0;
  conversionsByKey.delete(ALL);
  return { amounts, conversionsByKey, conversionCount };
}
