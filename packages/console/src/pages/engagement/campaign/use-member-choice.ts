import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { read } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { listLabels } from "../../../api/value-text.ts";
import type { Option } from "../../../ui/kit/option-type.ts";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";

const MAX_LISTED = 20;
const MEMBERS_PATH = "/api/v1/campaign-members";
const personField = { name: "personal_key_id", type: "reference" } as const;

/** Names the person of a member. */
const toOption = (member: ConsoleRecord): Option => ({
  id: String(member.personal_key_id),
  label: listLabels(member, personField)[0]?.name ?? "",
});

/**
 * The choice of a member of a campaign. Members have no search by name, so persons are searched, and those who are no members are left out: one request
 * for the persons, and one for the memberships of all of them.
 */
export function useMemberChoice(campaign: string) {
  const { data: kinds = [] } = useKindIndex();
  const persons = kinds.find(({ kind }) => kind === "person");
  const [chosen, choose] = useState<Option | null>(null);
  const search = useMemo((): SearchOptions => {
    const searchPersons = createRecordSearch(persons);
    return async (text, signal) => {
      if (text === "") {
        const { data } = await read<ApiRow<Schemas.CampaignMemberRow>[]>(MEMBERS_PATH, {
          campaign,
          limit: MAX_LISTED,
          expand: "labels,person",
        });
        return data.map(toOption).filter(({ label }) => label !== "");
      }
      const found = await searchPersons(text, signal);
      const memberships = await Promise.all(
        found.map(({ id }) => read<ApiRow<Schemas.CampaignMemberRow>[]>(MEMBERS_PATH, { campaign, person: id, limit: 1 })),
      );
      return found.filter((_, index) => (memberships[index]?.data.length ?? 0) > 0);
    };
  }, [campaign, persons]);
  return { search, chosen, choose };
}

/** Counts the active members of a campaign. Undefined where the number is not known. */
export function useMemberCount(campaign: string, isEnabled: boolean): number | undefined {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "list", "campaign_member", "count", campaign],
    enabled: isEnabled,
    retry: false,
    queryFn: async () => {
      const { meta } = await read<ConsoleRecord[]>(MEMBERS_PATH, { campaign, is_active: "true", limit: 1 });
      return typeof meta.total === "number" ? meta.total : null;
    },
  });
  return isEnabled ? (data ?? undefined) : undefined;
}
