import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { Section } from "../shell/section.tsx";
import { describeDevice } from "./device.ts";
import { useSave } from "./use-save.ts";

const PATH = "/api/v1/auth/sessions";

interface UserSession {
  readonly id: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly last_used_at: string;
  readonly is_current: boolean;
}

/** Where the user is signed in. */
export function SessionSection() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const save = useSave();
  const queryKey = [...scope, "sessions"];
  const { data: sessions } = useQuery({
    queryKey,
    queryFn: ({ signal }) => crm.request<UserSession[]>("GET", PATH, { signal }).then((list) => list),
  });
  const end = (path: string): Promise<void> =>
    save(async () => {
      await crm.request("DELETE", path);
      await queries.invalidateQueries({ queryKey });
    });
  const ordered = sessions?.toSorted(
    (left, right) => Number(right.is_current) - Number(left.is_current) || right.last_used_at.localeCompare(left.last_used_at),
  );
  return (
    <Section
      title={t("Where you are signed in")}
      description={t("End a session that you do not recognize, and change your password.")}
    >
      {ordered ? (
        <>
          <ul className="flex flex-col">
            {ordered.map((session) => (
              <SessionEntry key={session.id} session={session} onEnd={() => void end(`${PATH}/${session.id}`)} />
            ))}
          </ul>
          {ordered.length > 1 ? (
            <span>
              <Button onPress={() => void end(PATH)}>{t("End all other sessions")}</Button>
            </span>
          ) : null}
        </>
      ) : (
        <Skeleton shape="block" />
      )}
    </Section>
  );
}

function SessionEntry({ session, onEnd }: { readonly session: UserSession; readonly onEnd: () => void }) {
  const t = useText();
  const { locale } = useLocale();
  const { timeZone } = useTextOptions();
  const reader = { locale, timeZone };
  const { browser, system } = describeDevice(session.user_agent);
  const name = browser === "" ? t("Unknown device") : browser;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border py-2 text-control">
      <span className="flex min-w-field-short flex-1 flex-col">
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {system === "" ? name : t("{browser} on {system}", { browser: name, system })}
          {session.is_current ? <Tag label={t("This device")} hue="green" /> : null}
        </span>
        <span className="text-meta text-text-muted">
          <time dateTime={session.last_used_at} title={formatExact(session.last_used_at, reader)}>
            {t("Used {time}", { time: formatRelative(session.last_used_at, new Date().toISOString(), reader) })}
          </time>
          {session.ip_address === null ? null : <bdi>{` · ${session.ip_address}`}</bdi>}
        </span>
      </span>
      {session.is_current ? null : (
        <Button isSmall onPress={onEnd}>
          {t("End session")}
        </Button>
      )}
    </li>
  );
}
