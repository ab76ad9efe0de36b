import { useText } from "../ui/i18n/use-text.ts";
import { useSession } from "./session.ts";

/** Says beside a count that it leaves out what the user may not see. Users who see all records get nothing. */
export function VisibleOnlyNote() {
  const t = useText();
  const { sees_all_records } = useSession();
  return sees_all_records ? null : <p className="text-meta text-text-muted">{t("Only records that you may see are counted.")}</p>;
}
