import { useTenant } from "../../kernel/context.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import { Records } from "../../storage/write/records.ts";
import { type PlaybookRecord, Playbooks } from "./playbook.entity.ts";

/** The active playbooks of a tenant by kind of record, cached for up to a minute. */

export const MAX_ACTIVE = 100;

const cache = new Cache<readonly PlaybookRecord[]>(60);

const cacheKey = (kind: string): string => `${useTenant()}/${kind}`;

const listIds = (index: "by_status" | "by_class", facets: Record<string, string>): Promise<string[]> =>
  listKeysAfter(Playbooks, [{ index, facets }], { order: "asc", after: undefined, limit: MAX_ACTIVE });

export const listActive = (kind: string): Promise<readonly PlaybookRecord[]> =>
  cache.get(cacheKey(kind), async () => {
    const playbooks = await Records.loadMany(Playbooks, await listIds("by_status", { active_kind: kind }), { live: true });
    return playbooks.flatMap((playbook) => (playbook?.is_active ? [playbook] : []));
  });

/** Counts the active playbooks of all kinds, up to `MAX_ACTIVE`. */
export const countActive = async (): Promise<number> => (await listIds("by_class", { is_active: "true" })).length;

/** Clears the cache of this process after a playbook of the kind was written. */
export const forget = (kind: string): void => cache.invalidate(cacheKey(kind));

export * as ActivePlaybooks from "./active-playbooks.ts";
