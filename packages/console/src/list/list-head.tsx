import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import type { Kind } from "../data/schema.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { useIsPhone } from "../kit/use-media.ts";

interface ListHeadProps {
  readonly kind: Kind;
  /** How many records there are. */
  readonly total: ReactNode;
  /** Chooses how the list shows its records. Undefined: there is no choice. */
  readonly displaySwitch: ReactNode | undefined;
  /** On a phone, the tools of the list. */
  readonly menu: ReactNode;
  /** Undefined: the user may not create records. */
  readonly onCreate: (() => void) | undefined;
}

/** The title of a list and its one primary action. On a phone the switch and the menu have a row of their own, so that nothing wraps by chance. */
export function ListHead({ kind, total, displaySwitch, menu, onCreate }: ListHeadProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const hasSecondRow = isPhone && displaySwitch !== undefined;
  const createLabel = t("New {kind}", { kind: toNoun(kind.label) });
  return (
    <header className="flex min-h-page-head shrink-0 flex-col justify-center gap-2 px-4 py-2 tablet:px-6">
      <div className="flex min-w-0 items-center gap-3">
        <h1 className="min-w-0 truncate text-title font-semibold" title={kind.labels}>
          {kind.labels}
        </h1>
        <span className="min-w-0 shrink-0 text-control tabular-nums text-text-muted">{total}</span>
        {isPhone ? null : displaySwitch}
        <span className="ms-auto flex shrink-0 items-center gap-2">
          {isPhone && !hasSecondRow ? menu : null}
          {onCreate === undefined ? null : isPhone ? (
            <IconButton variant="primary" label={createLabel} icon={<Plus />} onPress={onCreate} />
          ) : (
            <Button variant="primary" icon={<Plus />} onPress={onCreate}>
              {createLabel}
            </Button>
          )}
        </span>
      </div>
      {hasSecondRow ? (
        <div className="flex items-center justify-between gap-2">
          {displaySwitch}
          <span className="-me-icon-inset">{menu}</span>
        </div>
      ) : null}
    </header>
  );
}
