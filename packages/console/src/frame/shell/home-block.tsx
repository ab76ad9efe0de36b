import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { isFolded, joinNames } from "./home-layout.ts";

interface EmptyBlocks {
  readonly names: readonly string[];
  /** Adds a block without entries. Returns the function that takes it out. */
  readonly add: (name: string) => () => void;
}

const EmptyBlocksContext = createContext<EmptyBlocks>({ names: [], add: () => () => undefined });

/** Gathers the blocks without entries, so that they take one line and no place of their own. */
export function EmptyBlocksProvider({ children }: { readonly children: ReactNode }) {
  const [names, setNames] = useState<readonly string[]>([]);
  const add = useCallback((name: string) => {
    setNames((before) => [...before, name]);
    return () => setNames((before) => before.filter((other) => other !== name));
  }, []);
  const value = useMemo(() => ({ names, add }), [names, add]);
  return <EmptyBlocksContext value={value}>{children}</EmptyBlocksContext>;
}

/** Names all blocks without entries in one line. */
export function EmptyBlocksLine() {
  const t = useText();
  const { locale } = useLocale();
  const { names } = useContext(EmptyBlocksContext);
  if (names.length === 0) return null;
  return <p className="px-4 text-control text-text-muted">{t("No {kinds} are waiting.", { kinds: joinNames(names, locale) })}</p>;
}

interface HomeBlockProps {
  readonly title: string;
  /** What the line of blocks without entries calls it: `conversations`. Without it an empty block says nothing. */
  readonly name?: string | undefined;
  /** How many entries there are. */
  readonly count?: string | undefined;
  /** The list with all entries. */
  readonly href?: string | undefined;
  /** Shows all entries, or the first ones again, where they have no list of their own. */
  readonly expansion?: { readonly isExpanded: boolean; readonly onToggle: () => void } | undefined;
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
  readonly onRetry: () => void;
  readonly isEmpty: boolean;
  /** What an empty block says in its place. Without it the block gives its place up. */
  readonly emptyText?: string;
  readonly children: ReactNode;
}

/** A block of the home page: a few entries of one list. Without any it joins the line of `EmptyBlocksLine`. */
export function HomeBlock({
  title,
  name,
  count,
  href,
  expansion,
  isLoading,
  hasFailed,
  onRetry,
  children,
  emptyText,
  ...props
}: HomeBlockProps) {
  const t = useText();
  const isEmpty = isFolded({ isEmpty: props.isEmpty, isLoading, hasFailed });
  const { add } = useContext(EmptyBlocksContext);
  useEffect(() => (isEmpty && name !== undefined ? add(name) : undefined), [isEmpty, add, name]);
  if (isEmpty && emptyText === undefined) return null;
  return (
    <section
      aria-label={title}
      aria-busy={isLoading}
      data-block
      className={`flex min-w-0 flex-col rounded-card border border-border bg-surface ${isEmpty ? "" : "pb-2"}`}
    >
      <header className={`flex min-h-top-bar items-center gap-x-2 px-4 ${isEmpty ? "flex-wrap py-2" : ""}`}>
        <h2 className="min-w-0 truncate text-body font-semibold" title={title}>
          {title}
        </h2>
        <span className={`text-control tabular-nums text-text-muted ${isEmpty ? "" : "shrink-0"}`}>
          {isEmpty ? emptyText : count}
        </span>
        {href === undefined && expansion === undefined ? null : (
          <span className="ms-auto shrink-0 text-control">
            {href === undefined ? (
              <Link
                variant="muted"
                onPress={expansion?.onToggle}
                aria-label={`${title}: ${expansion?.isExpanded ? t("Show fewer") : t("Show all")}`}
              >
                {expansion?.isExpanded ? t("Show fewer") : t("Show all")}
              </Link>
            ) : (
              <Link variant="muted" href={href} aria-label={`${title}: ${t("Show all")}`}>
                {t("Show all")}
              </Link>
            )}
          </span>
        )}
      </header>
      {hasFailed ? (
        <div className="flex items-center gap-3 px-4 pb-2 text-control text-text-muted">
          {t("This could not be loaded")}
          <Button isSmall onPress={onRetry}>
            {t("Try again")}
          </Button>
        </div>
      ) : isLoading ? (
        <BlockSkeleton />
      ) : isEmpty ? null : (
        children
      )}
    </section>
  );
}

function BlockSkeleton() {
  return (
    <div className="flex flex-col">
      {["first", "second", "third"].map((key) => (
        <div key={key} className="flex h-row items-center px-4">
          <Skeleton width="medium" />
        </div>
      ))}
    </div>
  );
}

export function BlockRows({ children }: { readonly children: ReactNode }) {
  return <ul className="flex min-w-0 flex-col">{children}</ul>;
}

interface BlockRowProps {
  /** What stands before the title: a box, an icon, a time. */
  readonly start?: ReactNode;
  readonly href: string;
  readonly title: string;
  /** A task that is done. */
  readonly isDone?: boolean;
  /** A meeting that is over, and the one that comes next. */
  readonly isOver?: boolean;
  readonly isNext?: boolean;
  /** The record or the person that the entry is about. */
  readonly about?: ReactNode;
  /** What stands at the end: when it is due, how much. */
  readonly end?: ReactNode;
  /** Buttons at the end. On a phone they stand below, so that the title has the whole line. */
  readonly actions?: ReactNode;
  /** What stands at the end of the second line, so that the title has the whole first one. */
  readonly aboutEnd?: ReactNode;
  /** What it is about stands in a second line, for narrow blocks. Both lines wrap. */
  readonly isStacked?: boolean;
}

/** An entry in one line. On a phone what it is about stands in a second one. */
export function BlockRow({ start, href, title, isDone = false, isOver = false, isNext = false, ...rest }: BlockRowProps) {
  const { about, aboutEnd, end, actions, isStacked = false } = rest;
  const isLevel = isStacked && Boolean(about);
  return (
    <li
      className={`relative flex min-h-row min-w-0 gap-2 px-4 hover:bg-hover ${isLevel || about ? "py-1" : ""} ${isStacked ? "" : "tablet:py-0"} ${isLevel ? "items-start" : "items-center"} ${actions ? "max-tablet:inset-rule flex-wrap max-tablet:py-2 tablet:flex-nowrap" : ""}`}
    >
      {start === undefined ? null : <span className="relative z-1 flex shrink-0 items-center">{start}</span>}
      <span className={`flex min-w-0 flex-1 flex-col gap-x-3 ${isStacked ? "" : "tablet:flex-row tablet:items-baseline"}`}>
        {/* Of a short title nothing is cut, however long what it is about may be. */}
        <span
          className={`flex min-w-0 items-baseline gap-2 text-control ${about && !isStacked ? "tablet:max-w-3/4 tablet:shrink-0" : ""}`}
        >
          <span
            dir="auto"
            className={`w-fit max-w-full min-w-0 ${isStacked ? "line-clamp-2 wrap-anywhere" : "truncate"} ${isDone ? "text-text-muted line-through" : ""}`}
            title={title}
          >
            <Link variant={isDone || isOver ? "card-muted" : "card"} href={href}>
              {isNext ? <strong className="font-semibold">{title}</strong> : title}
            </Link>
          </span>
          {/* On the first line of a title that has two. */}
          {isStacked ? <EndText>{end}</EndText> : null}
        </span>
        {about || aboutEnd ? (
          <span className="flex min-w-0 gap-2 text-control text-text-muted">
            <span
              dir="auto"
              title={typeof about === "string" ? about : undefined}
              className={`w-fit max-w-full min-w-0 ${isStacked ? "line-clamp-2 wrap-anywhere" : "truncate"}`}
            >
              {about}
            </span>
            {aboutEnd ? <span className="ms-auto shrink-0 tabular-nums">{aboutEnd}</span> : null}
          </span>
        ) : null}
      </span>
      {isStacked ? null : <EndText isCentered>{end}</EndText>}
      {actions ? (
        <span className="relative z-1 flex shrink-0 basis-full items-center gap-2 self-center tablet:basis-auto">{actions}</span>
      ) : null}
    </li>
  );
}

function EndText({ isCentered = false, children }: { readonly isCentered?: boolean; readonly children: ReactNode }) {
  return children ? (
    <span
      className={`relative z-1 ms-auto flex shrink-0 items-center gap-2 text-control tabular-nums text-text-muted ${isCentered ? "self-center" : ""}`}
    >
      {children}
    </span>
  ) : null;
}
