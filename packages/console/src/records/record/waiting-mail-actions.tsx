import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { crm, read } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { useScope, useSession } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";

const WaitingMailDialog = lazy(() =>
  import("./waiting-mail-dialog.tsx").then(({ WaitingMailDialog: dialog }) => ({ default: dialog })),
);

/** What the author of a waiting message, or an administrator, can do with it. */
export function WaitingMailActions({ message }: { readonly message: ConsoleRecord }) {
  const t = useText();
  const { id: userId, role, permissions } = useSession();
  const invalidate = useInvalidation();
  const [isChanging, setChanging] = useState(false);
  if (!permissions.includes("message:send") || (message.created_by !== userId && role !== "ADMIN")) return null;
  const path = `/api/v1/messages/${message.id}`;
  const run = async (action: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await action();
      showToast({ text: done });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The message could not be changed"), isError: true });
    }
    await invalidate({ kind: "message" });
  };
  const sendNow = () => crm.request("POST", `${path}/change`, { body: { send_at: new Date().toISOString() } });
  return (
    <span className="flex flex-wrap gap-1">
      <Button isSmall variant="quiet" onPress={() => setChanging(true)}>
        {t("Change")}
      </Button>
      <Button isSmall variant="quiet" onPress={() => void run(sendNow, t("The email is on its way"))}>
        {t("Send now")}
      </Button>
      <Button
        isSmall
        variant="quiet"
        onPress={() => void run(() => crm.request("POST", `${path}/cancel`), t("The message was cancelled"))}
      >
        {t("Cancel sending")}
      </Button>
      {isChanging ? (
        <Suspense>
          <LoadedDialog id={message.id} onClose={() => setChanging(false)} />
        </Suspense>
      ) : null}
    </span>
  );
}

/** The rows of the timeline lack the HTML of a mail. */
function LoadedDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "waiting-mail", id],
    queryFn: async () => (await read<ConsoleRecord>(`/api/v1/messages/${id}`)).data,
    gcTime: 0,
  });
  return data ? <WaitingMailDialog message={data} onClose={onClose} /> : null;
}
