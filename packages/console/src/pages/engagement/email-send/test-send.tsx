import { useMemo, useState } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { RecordTags } from "../campaign/record-tags.tsx";

interface TestSendProps {
  /** Returns whether the tests were sent. */
  readonly onSend: (users: readonly string[]) => Promise<boolean>;
  readonly onClose: () => void;
}

const MAX_USERS = 5;

/** Asks which users get the message as a test. No member gets it. */
export function TestSend({ onSend, onClose }: TestSendProps) {
  const t = useText();
  const { id, full_name, email } = useSession() as { id: string; full_name?: string; email?: string };
  const { data: kinds = [] } = useKindIndex();
  const userKind = kinds.find(({ kind }) => kind === "user");
  const search = useMemo(() => createRecordSearch(userKind), [userKind]);
  const [users, setUsers] = useState<readonly Option[]>([{ id, label: full_name ?? email ?? t("Me") }]);
  const [isSending, setSending] = useState(false);
  const send = async (): Promise<void> => {
    setSending(true);
    const isSent = await onSend(users.map((user) => user.id));
    setSending(false);
    if (isSent) onClose();
  };
  return (
    <Dialog
      title={t("Send a test")}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isSending} isDisabled={users.length === 0} onPress={() => void send()}>
            {t("Send a test")}
          </Button>
        </>
      )}
    >
      <RecordTags
        label={t("Users")}
        help={t("At most five. No member gets the message.")}
        value={users}
        search={search}
        max={MAX_USERS}
        onChange={setUsers}
      />
    </Dialog>
  );
}
