import type { ListRow } from "../../../api/row-fields.ts";
import { nameRecord } from "../../../api/title.ts";
import { useText } from "../../../ui/i18n/use-text.ts";

/** The name of the other side: the person, or else their address. */
export const nameCorrespondent = (row: ListRow<"address">): string => {
  const [person] = [row.expanded?.person_id].flat();
  return (person && nameRecord({ ...person })) || String(row.address);
};

/** Returns the function that names a channel in the language of the user. */
export function useChannelNames(): (channel: string) => string {
  const t = useText();
  return (channel) => (channel === "email" ? t("Email") : channel === "sms" ? t("Text message") : channel);
}
