import { useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, read } from "../../api/client.ts";
import { fieldLabel } from "../../api/field-label.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Section } from "../shell/section.tsx";
import { useSave } from "./use-save.ts";

const PATH = "/api/v1/notifications/preferences";

type Channel = "in_app" | "email";
type Types = Readonly<Record<string, Readonly<Record<Channel, boolean>>>>;

/** Which notifications the user gets, and where. */
export function NotificationSection() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const save = useSave();
  const queryKey = [...scope, "notification-preferences"];
  const { data: types } = useQuery({
    queryKey,
    queryFn: async (): Promise<Types> => (await read<{ types: Types }>(PATH)).data.types,
  });
  const change = (name: string, channel: Channel, isOn: boolean): Promise<void> =>
    save(async () => {
      // What another tab has changed since stays as it is.
      const { types: stored } = await crm.request<{ types: Types }>("GET", PATH);
      const channels = { in_app: true, email: false, ...stored[name], [channel]: isOn };
      const body = { types: { ...stored, [name]: channels } };
      queries.setQueryData(queryKey, (await crm.request<{ types: Types }>("PUT", PATH, { body })).types);
    });
  return (
    <Section title={t("Notifications")} description={t("Choose what you are told in the console and by email.")}>
      {types ? (
        <ul className="flex flex-col">
          {Object.entries(types).map(([name, channels]) => (
            <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border py-2 text-control">
              <span className="min-w-field-short flex-1 wrap-anywhere">{fieldLabel(name)}</span>
              <Checkbox isSelected={channels.in_app} onChange={(isOn) => void change(name, "in_app", isOn)}>
                {t("Console")}
              </Checkbox>
              <Checkbox isSelected={channels.email} onChange={(isOn) => void change(name, "email", isOn)}>
                {t("Email")}
              </Checkbox>
            </li>
          ))}
        </ul>
      ) : (
        <Skeleton shape="block" />
      )}
    </Section>
  );
}
