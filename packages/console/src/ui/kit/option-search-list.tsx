import { Plus, Search } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { ListBox } from "react-aria-components/ListBox";
import { SearchField } from "react-aria-components/SearchField";
import { useText } from "../i18n/use-text.ts";
import { type Option, OptionItem, OptionNote, optionListClass } from "./option.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Spinner } from "./spinner.tsx";
import { type OptionSearch, type SearchOptions, useOptionSearch } from "./use-option-search.ts";

const CREATE_ID = "create";

/** As high as an ordinary answer, so that the list does not jump when it comes. */
const SKELETON_KEYS = ["a", "b", "c", "d", "e", "f"];

/** Searches choices that are all known. */
export const createOptionSearch =
  (options: readonly Option[]): SearchOptions =>
  async (text) =>
    options.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));

interface OptionSearchListProps {
  readonly label: string;
  readonly value: Option | null;
  readonly search: SearchOptions;
  readonly onChoose: (option: Option) => void;
  /** Creates what the search does not find. */
  readonly onCreate?: (text: string) => void;
}

/** Choices that are found by typing a part of their names. Enter chooses the first one. */
export function OptionSearchList({ label, search, onCreate, value, onChoose }: OptionSearchListProps) {
  const t = useText();
  const [text, setText] = useState("");
  const found = useOptionSearch(search, text);
  const name = text.trim();
  const isKnown = found.options.some((option) => option.label.localeCompare(name, undefined, { sensitivity: "base" }) === 0);
  const entries: Option[] = [...found.options];
  if (onCreate !== undefined && name !== "" && !found.isLoading && !isKnown)
    entries.push({ id: CREATE_ID, label: t("Create “{name}”", { name }), icon: <Plus /> });
  const choose = (key: string): void => {
    const option = entries.find(({ id }) => id === key) ?? value;
    if (option?.id === CREATE_ID) onCreate?.(name);
    else if (option) onChoose(option);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    const [first] = entries;
    const hasFocus = (event.target as Element).getAttribute("aria-activedescendant") !== null;
    // Enter never chooses an answer to another text. It chooses the first entry if none has the focus.
    if (found.isLoading || !hasFocus) {
      event.stopPropagation();
      event.preventDefault();
    }
    if (!found.isLoading && !hasFocus && first && name !== "") choose(first.id);
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <div role="presentation" onKeyDownCapture={onKeyDown}>
        <SearchField aria-label={t("Search {label}", { label })} autoFocus className="border-b border-border p-1">
          <Group className="flex h-control items-center text-text-muted">
            <span className="shrink-0 ps-2">{found.isLoading && text !== "" ? <Spinner /> : <Search />}</span>
            <Input
              placeholder={t("Search…")}
              className="h-full w-full min-w-0 bg-transparent px-2 text-input text-text outline-none [&::-webkit-search-cancel-button]:hidden"
            />
          </Group>
        </SearchField>
      </div>
      <ListBox
        aria-label={label}
        items={entries}
        selectionMode="single"
        selectedKeys={value === null ? [] : [value.id]}
        className={optionListClass}
        renderEmptyState={() => <SearchNote found={found} isBlank={name === ""} />}
        // Choosing the present record again takes nothing away.
        onSelectionChange={([key = value?.id]) => choose(String(key))}
      >
        {(option) => <OptionItem option={option} />}
      </ListBox>
    </Autocomplete>
  );
}

function SearchNote({ found, isBlank }: { readonly found: OptionSearch; readonly isBlank: boolean }) {
  const t = useText();
  if (found.isLoading)
    return (
      <div className="flex flex-col gap-6 px-2 py-3">
        {SKELETON_KEYS.map((key) => (
          <Skeleton key={key} width="medium" />
        ))}
      </div>
    );
  if (found.hasFailed) return <OptionNote>{t("The search did not answer. Type again to retry.")}</OptionNote>;
  return (
    <OptionNote>{isBlank ? t("No suggestions. Type a word to search.") : t("Nothing matches. Try another word.")}</OptionNote>
  );
}
