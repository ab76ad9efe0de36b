import type { usePresence } from "../../../api/presence.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";

/** Who else looks at a thread, or writes an answer. */
export function PresentLine({ users }: { readonly users: ReturnType<typeof usePresence> }) {
  const t = useText();
  // The line has its place while the user is alone, so that colleagues who come or go do not move the thread.
  return (
    <div
      role="status"
      className="flex min-h-control-small shrink-0 flex-wrap items-center gap-x-2 px-4 py-1 text-meta text-text-muted"
    >
      {users.map(({ user_id, name, is_editing }) => {
        const who = name ?? t("No name");
        return (
          <span key={user_id} className="inline-flex min-w-0 items-center gap-1">
            <Avatar name={who} />
            {is_editing ? t("{name} is writing an answer", { name: who }) : t("{name} is looking at this", { name: who })}
          </span>
        );
      })}
    </div>
  );
}
