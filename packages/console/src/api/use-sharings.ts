import { useText } from "../ui/i18n/use-text.ts";
import { useSession } from "./session.ts";
import { listSharings, nameSharing, type Sharing } from "./sharing.ts";

/** Returns with whom the user can share, with labels. `current` is the stored choice. */
export function useSharings(current: string | undefined): readonly { readonly id: Sharing; readonly label: string }[] {
  const t = useText();
  const { team_id } = useSession();
  return listSharings(team_id !== null, current).map((id) => ({ id, label: nameSharing(id, t) }));
}
