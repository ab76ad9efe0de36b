import { Plus } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { findPages } from "../../api/page-manifest.ts";
import type { Kind } from "../../api/schema.ts";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";

interface ListHeadProps {
  readonly kind: Kind;
  /** In place of the name of the kind. */
  readonly title?: string;
  /** How many records there are. */
  readonly total: ReactNode;
  /** Chooses how the list shows its records. Undefined: there is no choice. */
  readonly displaySwitch: ReactNode | undefined;
  /** Whether the neighboring pages stand below the head. */
  readonly hasPages: boolean;
  /** Undefined: the user may not create records. */
  readonly onCreate: (() => void) | undefined;
}

/**
 * The title of a list, how it is shown, and its one primary action. On a phone the number goes where there is no room for it, and the buttons go below a
 * title that has no room beside them.
 */
export function ListHead({ kind, title = kind.labels, total, displaySwitch, hasPages, onCreate }: ListHeadProps) {
  const t = useText();
  const isPhone = useIsPhone();
  // That of opportunities leads to the same pages.
  const OtherCreation = hasPages ? undefined : findPages(kind.kind).list?.creationButton;
  const createLabel = nameCreation(kind, t);
  return (
    <header className="flex min-h-page-head shrink-0 flex-wrap items-center gap-2 px-4 py-2 tablet:flex-nowrap tablet:gap-3 tablet:px-6">
      <div className="contents tablet:flex tablet:max-h-lh tablet:min-w-0 tablet:flex-wrap tablet:items-center tablet:gap-x-3 tablet:overflow-hidden tablet:text-title">
        <h1 className="min-w-0 truncate text-title font-semibold" title={title}>
          {title}
        </h1>
        <span className="flex max-h-lh min-w-0 grow basis-0 flex-wrap items-center overflow-hidden text-title tablet:contents">
          {/* A number that does not fit goes to a second line, which is hidden. */}
          <span className="tablet:hidden">{"\u200b"}</span>
          <span className="min-w-0 shrink-0 text-control tabular-nums text-text-muted">{total}</span>
        </span>
      </div>
      <div
        className={joinClasses(
          "flex shrink-0 items-center gap-2 tablet:ms-0 tablet:grow",
          // The number takes the room before it. In a line of its own the switch starts below the title.
          displaySwitch === undefined && "ms-auto",
        )}
      >
        {displaySwitch}
        {onCreate === undefined && OtherCreation === undefined ? null : (
          <span className="ms-auto flex shrink-0 items-center gap-2">
            {OtherCreation ? (
              <Suspense fallback={<span className="size-control" />}>
                <OtherCreation kind={kind} />
              </Suspense>
            ) : null}
            {onCreate === undefined ? null : isPhone ? (
              <IconButton variant="primary" label={createLabel} icon={<Plus />} onPress={onCreate} />
            ) : (
              <Button variant="primary" icon={<Plus />} onPress={onCreate}>
                {createLabel}
              </Button>
            )}
          </span>
        )}
      </div>
    </header>
  );
}
