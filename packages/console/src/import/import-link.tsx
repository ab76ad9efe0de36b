import { Upload } from "lucide-react";
import type { Kind } from "../data/schema.ts";
import { useSession } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { useNavigate } from "../shell/use-navigate.ts";

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
