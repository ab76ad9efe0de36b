import { ApiError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { storeViewedRole } from "../../api/preferences.ts";
import { saveViewedRole } from "../../api/viewed-role.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { nameRole, viewableRoles } from "./role-name.ts";

interface ViewAsDialogProps {
  readonly onClose: () => void;
}

/** Lets an administrator choose the role as which this tab shows the data. */
export function ViewAsDialog({ onClose }: ViewAsDialogProps) {
  const t = useText();
  const [role, setRole] = useState<string>("SALES_REP");
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);
  const start = async (): Promise<void> => {
    setPending(true);
    try {
      await storeViewedRole(role);
      saveViewedRole(role);
      // All data of the page are those of the administrator.
      location.assign("/crm/");
    } catch (error) {
      const { fields, form } = readErrors(error, t);
      setProblem(form ?? (error instanceof ApiError ? Object.values(fields)[0] : undefined));
      setPending(false);
    }
  };
  return (
    <Dialog
      title={t("View as a role")}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isPending} onPress={() => void start()}>
            {t("View as {role}", { role: nameRole(role, t) })}
          </Button>
        </>
      )}
    >
      <div className="flex flex-col gap-4">
        {problem === undefined ? null : <Banner kind="danger" title={problem} />}
        <p className="text-control text-text-muted">
          {t(
            "This tab then shows what a user with your records and this role sees. Nothing can be changed. The audit trail notes it.",
          )}
        </p>
        <Select
          label={t("Role")}
          options={viewableRoles.map((name) => ({ id: name, label: nameRole(name, t) }))}
          value={role}
          onChange={(key) => setRole(String(key))}
        />
      </div>
    </Dialog>
  );
}
