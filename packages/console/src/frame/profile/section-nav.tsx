import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { followTab } from "../../ui/kit/follow-tab.ts";
import type { SectionEntry } from "../shell/section.tsx";

/** The sections of a page in their order, and how they announce themselves. */
export function useSections() {
  const [entries, setEntries] = useState<readonly SectionEntry[]>([]);
  const register = useCallback((entry: SectionEntry) => {
    setEntries((before) => [...before, entry].sort(comparePlaces));
    return () => setEntries((before) => before.filter(({ id }) => id !== entry.id));
  }, []);
  return { entries, register };
}

const findPlace = ({ id }: SectionEntry): number => document.getElementById(id)?.offsetTop ?? 0;
const comparePlaces = (one: SectionEntry, other: SectionEntry): number => findPlace(one) - findPlace(other);

interface SectionNavProps {
  readonly entries: readonly SectionEntry[];
  /** The part of the page that scrolls. */
  readonly scrollRef: RefObject<HTMLElement | null>;
  /** A row in place of a list, where there is no room beside the sections. It stays at the top. */
  readonly isShort: boolean;
}

/** A section is the present one when its head is this near to the top, in pixels. */
const NEAR_TOP = 96;
/** The present tab keeps this distance from the edges of its row, in pixels. */
const TAB_EDGE = 16;

/** Leads to the sections of a page, and marks the one that is in view. */
export function SectionNav({ entries, scrollRef, isShort }: SectionNavProps) {
  const t = useText();
  const [present, setPresent] = useState<string>();
  useEffect(() => {
    const area = scrollRef.current;
    if (!area) return undefined;
    const update = (): void => {
      const { top } = area.getBoundingClientRect();
      const passed = entries.filter(({ id }) => {
        const section = document.getElementById(id);
        return section !== null && section.getBoundingClientRect().top < top + NEAR_TOP;
      });
      const isAtEnd = area.scrollTop > 0 && area.scrollTop + area.clientHeight >= area.scrollHeight - 1;
      setPresent((isAtEnd ? entries.at(-1) : (passed.at(-1) ?? entries[0]))?.id);
    };
    update();
    area.addEventListener("scroll", update, { passive: true });
    return () => area.removeEventListener("scroll", update);
  }, [entries, scrollRef]);
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row follows the present section
  useEffect(() => followTab(row.current, "[aria-current]", TAB_EDGE), [present]);
  const show = (id: string): void => document.getElementById(id)?.scrollIntoView({ block: "start" });
  if (isShort)
    return (
      <nav
        ref={row}
        aria-label={t("Sections")}
        className="sticky top-0 z-1 -mx-4 flex gap-4 overflow-x-auto overflow-y-hidden border-b border-border bg-bg px-4 [&+section]:border-t-0 [&+section]:pt-0 tablet:-mx-6 tablet:px-6"
      >
        {entries.map(({ id, title }) => (
          <SectionTab key={id} title={title} isPresent={id === present} onPress={() => show(id)} />
        ))}
      </nav>
    );
  return (
    <nav aria-label={t("Sections")} className="sticky top-6 flex w-max max-w-sidebar shrink-0 flex-col items-stretch self-start">
      {entries.map(({ id, title }) => (
        <NavButton key={id} title={title} isPresent={id === present} onPress={() => show(id)} />
      ))}
    </nav>
  );
}

interface NavButtonProps {
  readonly title: string;
  readonly isPresent: boolean;
  readonly onPress: () => void;
}

/** The section in view is underlined, as the open one of neighboring pages is. */
function SectionTab({ title, isPresent, onPress }: NavButtonProps) {
  return (
    <AriaButton
      aria-current={isPresent ? "location" : undefined}
      onPress={onPress}
      className="flex h-control min-w-target shrink-0 cursor-default items-center justify-center border-b-2 border-transparent text-control font-medium whitespace-nowrap text-text-muted transition-colors focus-ring data-focus-visible:ring-inside data-hovered:text-text aria-[current]:border-accent aria-[current]:text-text"
    >
      {title}
    </AriaButton>
  );
}

function NavButton({ title, isPresent, onPress }: NavButtonProps) {
  return (
    <span
      title={title}
      className={isPresent ? "flex flex-col items-start rounded-control bg-hover" : "flex flex-col items-start"}
    >
      <Button isSmall variant="quiet" aria-current={isPresent ? "location" : undefined} onPress={onPress}>
        {title}
      </Button>
    </span>
  );
}
