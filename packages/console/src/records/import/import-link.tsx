import { Upload } from "lucide-react";
import type { Kind } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";

/** In the head of the list of imports. */
export function ImportStartButton(_props: { readonly kind: Kind }) {
  const t = useText();
  const navigate = useNavigate();
  const { permissions } = useSession();
  if (!permissions.includes("import:write")) return null;
  return (
    <Button variant="primary" icon={<Upload />} onPress={() => void navigate({ to: "/crm/imports/add" })}>
      {t("Import a file")}
    </Button>
  );
}
