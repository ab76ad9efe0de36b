import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { SearchField } from "react-aria-components/SearchField";
import { joinClasses } from "./classes.ts";
import { bareInputClass, groupClass } from "./field-classes.ts";
import { Kbd } from "./kbd.tsx";

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  /** Called when the user pauses, presses Enter, or clears the text. */
  readonly onSearch: (text: string) => void;
  /** The single key that leads here from anywhere on the page (`frame/shortcuts/shortcut-list.ts`). */
  readonly shortcut?: string;
  /** Only the icon, as long as it is not used. */
  readonly isFolded?: boolean;
}

const PAUSE_MS = 300;

/** Finds rows of a list by a word. */
export function SearchInput({ label, value, onSearch, shortcut, isFolded = false }: SearchInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSearch(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <SearchField
      aria-label={label}
      value={text}
      onChange={setText}
      onSubmit={onSearch}
      className={joinClasses(
        "max-w-full min-w-0 tablet:shrink-0",
        isFolded
          ? text === ""
            ? "w-control-small focus-within:w-field-short"
            : "w-field-short tablet:w-field"
          : "w-full tablet:w-field",
      )}
    >
      <Group
        className={joinClasses(
          groupClass,
          "relative h-control-small!",
          isFolded && text === "" && "overflow-hidden not-focus-within:border-transparent! not-focus-within:bg-transparent!",
        )}
      >
        <span className="pointer-events-none absolute start-0 ps-2 text-text-muted">
          <Search />
        </span>
        <Input
          aria-keyshortcuts={shortcut}
          placeholder={label}
          className={joinClasses(
            bareInputClass,
            "ps-8! [&::-webkit-search-cancel-button]:hidden",
            isFolded && "not-focus:placeholder:text-transparent",
          )}
        />
        {shortcut === undefined || text !== "" || isFolded ? null : (
          <span className="hidden shrink-0 pe-1 tablet:inline">
            <Kbd keys={shortcut} />
          </span>
        )}
      </Group>
    </SearchField>
  );
}
