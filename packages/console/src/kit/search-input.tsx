import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { SearchField } from "react-aria-components/SearchField";
import { joinClasses } from "./classes.ts";
import { bareInputClass, groupClass } from "./field.tsx";
import { Kbd } from "./kbd.tsx";

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  /** Called when the user pauses, presses Enter, or clears the text. */
  readonly onSearch: (text: string) => void;
  /** The single key that leads here from anywhere on the page (`shortcuts/shortcut-list.ts`). */
  readonly shortcut?: string;
}

const PAUSE_MS = 300;

/** Finds rows of a list by a word. */
export function SearchInput({ label, value, onSearch, shortcut }: SearchInputProps) {
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
      className="w-field max-w-full min-w-0 tablet:shrink-0"
    >
      <Group className={joinClasses(groupClass, "h-control-small!")}>
        <span className="shrink-0 ps-2 text-text-muted">
          <Search />
        </span>
        <Input
          aria-keyshortcuts={shortcut}
          placeholder={label}
          className={joinClasses(bareInputClass, "[&::-webkit-search-cancel-button]:hidden")}
        />
        {shortcut === undefined || text !== "" ? null : (
          <span className="hidden shrink-0 pe-1 tablet:inline">
            <Kbd keys={shortcut} />
          </span>
        )}
      </Group>
    </SearchField>
  );
}
