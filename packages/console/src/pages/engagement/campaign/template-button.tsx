import { LayoutTemplate } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";

const TemplateDrawer = lazy(() => import("./template-drawer.tsx").then(({ TemplateDrawer: drawer }) => ({ default: drawer })));

/** Opens the form of a campaign that begins with a template. The head of the list has no room for a second button with words. */
export function TemplateButton({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        variant="secondary"
        label={t("New campaign from a template")}
        icon={<LayoutTemplate />}
        onPress={() => setOpen(true)}
      />
      {isOpen ? (
        <Suspense>
          <TemplateDrawer kind={kind} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
