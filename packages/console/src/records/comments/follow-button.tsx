import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, BellRing } from "lucide-react";
import { crm, read } from "../../api/client.ts";
import { findPages } from "../../api/page-manifest.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { Tooltip } from "../../ui/kit/tooltip.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";

interface Followers {
  readonly is_following: boolean;
  readonly followers: readonly { readonly user_id: string; readonly name: string }[];
}

interface FollowButtonProps {
  readonly kind: Kind;
  readonly id: string;
}

/** Whether records of a kind have followers: the same kinds take comments, but for a few. */
export const hasFollowers = ({ kind: name, related }: Pick<Kind, "kind" | "related">): boolean =>
  !findPages(name).hasNoFollowers && related.some(({ kind, preset }) => kind === "comment" && preset !== undefined);

const buildKey = (scope: readonly unknown[], kind: string, id: string) => [...scope, "followers", kind, id, "comment"];

/** Reads who follows a record. A page asks at the time when it reads the record, so that both are one request. */
export function useFollowers(kind: Kind, id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: buildKey(scope, kind.kind, id),
    queryFn: async () => (await read<Followers>(`${kind.path}/${id}/followers`)).data,
    enabled: hasFollowers(kind),
  });
}

/** Lets the user follow a record, or stop. It shows who follows. */
export function FollowButton({ kind, id }: FollowButtonProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const queries = useQueryClient();
  const queryKey = buildKey(useScope(), kind.kind, id);
  const path = `${kind.path}/${id}`;
  const { data } = useFollowers(kind, id);
  if (!data) return null;
  const { is_following, followers } = data;
  const toggle = async (): Promise<void> => {
    queries.setQueryData(queryKey, { ...data, is_following: !is_following });
    try {
      await crm.request(is_following ? "DELETE" : "PUT", `${path}/follow`);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("This could not be changed"), isError: true });
    }
    await queries.invalidateQueries({ queryKey });
  };
  const label = is_following ? t("Following") : t("Follow");
  const icon = is_following ? <BellRing /> : <Bell />;
  const names = followers.map(({ name }) => name).join(", ");
  const hint = names === "" ? t("No followers yet") : t("Followers: {names}", { names });
  if (isPhone) return <IconButton label={label} icon={icon} aria-pressed={is_following} onPress={() => void toggle()} />;
  return (
    <Tooltip text={hint}>
      <Button variant="quiet" icon={icon} aria-pressed={is_following} onPress={() => void toggle()}>
        {label}
      </Button>
    </Tooltip>
  );
}
