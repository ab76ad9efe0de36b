import { type RefObject, useLayoutEffect, useRef } from "react";
import { Popover } from "react-aria-components/Popover";
import { joinClasses } from "./classes.ts";
import { itemClass, popoverClass } from "./popover.ts";

interface MentionOption {
  readonly id: string;
  readonly label: string;
  readonly description: string | undefined;
  /** Shown with its reason, and cannot be chosen. */
  readonly isDisabled: boolean;
}

interface MentionListProps {
  readonly id: string;
  /** The text below or above which the list stands, where there is room. */
  readonly field: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly options: readonly MentionOption[];
  /** Undefined if no option can be chosen. */
  readonly activeId: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** What a text offers while the user types in it. The focus stays in the text, which names the active option by `<id of the list> <id>`. */
export function MentionList({ id: listId, field, label, options, activeId, onChoose }: MentionListProps) {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the active option
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [activeId]);
  return (
    <Popover isOpen isNonModal triggerRef={field} placement="bottom start" offset={4} className={popoverClass}>
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        // Keeps the focus in the text.
        onMouseDown={(event) => event.preventDefault()}
        className="max-h-panel w-menu max-w-full overflow-auto p-1"
      >
        {options.map(({ id, label: name, description, isDisabled }) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the keys
          <div
            key={id}
            id={`${listId} ${id}`}
            role="option"
            tabIndex={-1}
            aria-selected={id === activeId}
            aria-disabled={isDisabled || undefined}
            onClick={() => {
              if (!isDisabled) onChoose(id);
            }}
            className={joinClasses(
              itemClass,
              id === activeId ? "bg-hover" : "",
              isDisabled ? "cursor-default text-text-muted" : "",
            )}
          >
            <span dir="auto" className="min-w-0 flex-1 truncate">
              {name}
            </span>
            {description === undefined ? null : <span className="shrink-0 text-meta text-text-muted">{description}</span>}
          </div>
        ))}
      </div>
    </Popover>
  );
}
