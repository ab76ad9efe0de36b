import { ArrowLeft, ChevronDown, ChevronUp, Maximize2 } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useNavigate } from "../../../api/use-navigate.ts";
import { showKeys, useShortcut } from "../../../frame/shortcuts/use-shortcut.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useWidth } from "../../../ui/kit/use-width.ts";
import { countPanes } from "./desk-rules.ts";

interface DeskLayoutProps {
  readonly queueLabel: string;
  readonly queue: ReactNode;
  /** The page of the shown record. */
  readonly recordHref: string | undefined;
  /** Whether the address names a record: on a phone it takes the place of the queue. */
  readonly isOpen: boolean;
  readonly onBack: () => void;
  readonly onNext: (() => void) | undefined;
  readonly onPrevious: (() => void) | undefined;
  /** Title and tags of the record. Undefined: none is shown. */
  readonly head: ReactNode | undefined;
  /** Buttons for the record at the end of the head. */
  readonly tools?: ReactNode;
  readonly thread: ReactNode;
  readonly context: ReactNode;
  /** What stands in place of a thread. */
  readonly empty: ReactNode;
  /** Called with the number of panes when it changes. */
  readonly onPanes?: (panes: number) => void;
}

/** Queue, thread and context side by side. Where there is less room, the context has a tab, and then the thread takes the place of the queue. */
export function DeskLayout(props: DeskLayoutProps) {
  const { queueLabel, queue, isOpen, onBack, onNext, onPrevious, head, thread, context, empty, onPanes, recordHref, tools } =
    props;
  const t = useText();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const panes = countPanes(useWidth(frame));
  const [part, setPart] = useState("thread");
  useEffect(() => onPanes?.(panes), [onPanes, panes]);
  useShortcut("next-row", () => onNext?.());
  useShortcut("previous-row", () => onPrevious?.());
  useShortcut("back", onBack, isOpen);
  const hasContextTab = panes < 3;
  const isContext = hasContextTab && part === "context";
  return (
    <div ref={frame} className="flex h-full min-h-0 min-w-0">
      {panes > 1 || !isOpen ? (
        <section
          aria-label={queueLabel}
          className={panes > 1 ? "flex w-queue shrink-0 flex-col border-e border-border" : "flex min-w-0 flex-1 flex-col"}
        >
          {queue}
        </section>
      ) : null}
      {panes > 1 || isOpen ? (
        <section aria-label={t("Conversation")} className="flex min-w-0 flex-1 flex-col">
          {head === undefined ? (
            empty
          ) : (
            <>
              <header className="flex min-h-desk-head shrink-0 items-center gap-2 border-b border-border px-4 py-1">
                {panes > 1 ? null : (
                  <span className="-ms-icon-inset">
                    <IconButton label={t("Back")} icon={<ArrowLeft className="mirror" />} onPress={onBack} />
                  </span>
                )}
                <div className="@container min-w-0 flex-1">{head}</div>
                <span className="-me-icon-inset flex shrink-0 items-center">
                  {tools}
                  {recordHref === undefined || panes === 1 ? null : (
                    <IconButton
                      isSmall
                      label={t("Open")}
                      icon={<Maximize2 />}
                      onPress={() => void navigate({ to: recordHref })}
                    />
                  )}
                  <IconButton
                    isSmall
                    label={t("Previous")}
                    shortcut={showKeys("previous-row")}
                    icon={<ChevronUp />}
                    isDisabled={!onPrevious}
                    onPress={onPrevious}
                  />
                  <IconButton
                    isSmall
                    label={t("Next")}
                    shortcut={showKeys("next-row")}
                    icon={<ChevronDown />}
                    isDisabled={!onNext}
                    onPress={onNext}
                  />
                </span>
              </header>
              {hasContextTab ? (
                <div className="flex shrink-0 border-b border-border px-4 py-2">
                  <SegmentedControl
                    label={t("Parts of the record")}
                    segments={[
                      { id: "thread", label: t("Conversation") },
                      { id: "context", label: t("Details") },
                    ]}
                    value={part}
                    onChange={setPart}
                  />
                </div>
              ) : null}
              {isContext ? <div className="min-h-0 flex-1 overflow-auto p-4">{context}</div> : thread}
            </>
          )}
        </section>
      ) : null}
      {panes === 3 && head !== undefined ? (
        <aside aria-label={t("Details")} className="flex w-panel shrink-0 flex-col border-s border-border">
          <header className="flex min-h-desk-head shrink-0 items-center border-b border-border ps-4 pe-6">
            <h2 className="min-w-0 truncate text-section font-semibold">{t("Details")}</h2>
          </header>
          {/* What stands there ends where the head of the page does. */}
          <div className="min-h-0 flex-1 overflow-auto py-4 ps-4 pe-6">{context}</div>
        </aside>
      ) : null}
    </div>
  );
}

interface DeskHeadProps {
  /** Undefined while it loads. */
  readonly title: string | undefined;
  /** Tags in the line below the title. */
  readonly children: ReactNode;
}

/** The title of the shown record in one line, and its tags in another: as high while it loads. */
export function DeskHead({ title, children }: DeskHeadProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h2 title={title} className="text-own-direction min-h-target min-w-0 truncate text-section font-semibold">
        {title ?? (
          <span className="flex min-h-target items-center">
            <Skeleton width="medium" />
          </span>
        )}
      </h2>
      <div className="flex min-h-tag min-w-0 items-center gap-1">{children}</div>
    </div>
  );
}
