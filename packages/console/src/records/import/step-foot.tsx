import type { ReactNode } from "react";
import type { Kind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";

/** Props of a step that decides about columns or values. */
export interface StepProps {
  readonly kind: Kind;
  readonly mapping: Readonly<Record<string, string>>;
  readonly onBack: () => void;
}

/** The buttons at the foot of a step. */
export function StepFoot({ onBack, children }: { readonly onBack: () => void; readonly children: ReactNode }) {
  const t = useText();
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-border pt-4">
      <Button onPress={onBack}>{t("Back")}</Button>
      <span className="ms-auto flex flex-wrap items-center gap-2">{children}</span>
    </div>
  );
}
