import { FilePlus2 } from "lucide-react";
import type { Kind } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { TICKET_FORM_PATH } from "./ticket-preset.ts";

/** Leads to the form of a ticket that shows articles and similar tickets while the user types. */
export function TicketButton({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  if (!kind.operations.includes("create")) return null;
  const open = (): void => void navigate({ to: TICKET_FORM_PATH });
  return isPhone ? (
    <IconButton label={t("Create with suggestions")} icon={<FilePlus2 />} onPress={open} />
  ) : (
    <Button variant="quiet" icon={<FilePlus2 />} onPress={open}>
      {t("Create with suggestions")}
    </Button>
  );
}
