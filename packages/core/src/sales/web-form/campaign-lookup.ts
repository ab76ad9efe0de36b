import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { Search } from "../../storage/read/search.ts";
import { Cache } from "../../storage/table/cache.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";

/** Finds the campaign that a visitor's `utm_campaign` names: by id, number or name. Visitors choose the value, so no value is an error. */

interface NamedCampaign extends BaseRecord {
  campaign_number: string;
  name: string;
  status: string;
}

/** Maximum number of campaigns with the words of a value that are compared with it: the latest. */
const MAX_CANDIDATES = 50;
/** Maximum number of words of a value that are looked up. */
const MAX_TERMS = 8;

/** Visitors of one campaign send the same value, so a process looks it up once a minute. */
const lookups = new Cache<string | undefined>(60, 10_000);

/** Returns the id of the campaign; undefined if none has this id, number or name, or several have this name and not exactly one is running. */
export const findCampaignId = (value: string): Promise<string | undefined> =>
  lookups.get(`${useTenant()}/${value}`, async () => {
    const collection = await loadCollection(CAMPAIGN);
    if (isId(value, CAMPAIGN)) return (await Records.load(collection, value, { live: true }))?.id;
    const terms = numberSearchWords(value).slice(0, MAX_TERMS);
    const { ids } = await Search.searchIds(CAMPAIGN.name, terms, "all");
    const records = await Records.loadMany(collection, ids.slice(-MAX_CANDIDATES), { live: true });
    return selectCampaign(
      value,
      records.flatMap((record) => (record ? [record as NamedCampaign] : [])),
    );
  });

function selectCampaign(value: string, candidates: readonly NamedCampaign[]): string | undefined {
  const key = normalizeName(value);
  const numbered = candidates.find(({ campaign_number }) => normalizeName(campaign_number) === key);
  if (numbered) return numbered.id;
  const named = candidates.filter(({ name }) => normalizeName(name) === key);
  const [only, ...others] = named.length === 1 ? named : named.filter(({ status }) => status === "IN_PROGRESS");
  return others.length === 0 ? only?.id : undefined;
}

const normalizeName = (name: string): string => name.normalize("NFC").replaceAll(/\s+/gu, " ").trim().toLowerCase();

export * as CampaignLookup from "./campaign-lookup.ts";
