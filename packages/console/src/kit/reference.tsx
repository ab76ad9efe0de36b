import { ChevronDown, Plus, Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Button } from "react-aria-components/Button";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { ListBox } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { SearchField } from "react-aria-components/SearchField";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { type FieldProps, fieldClass, groupClass } from "./field.tsx";
import { IconButton } from "./icon-button.tsx";
import { type Option, OptionItem, OptionLabel, OptionNote, optionListClass } from "./option.tsx";
import { popoverClass } from "./popover.ts";
import { Skeleton } from "./skeleton.tsx";
import { Spinner } from "./spinner.tsx";
import { type OptionSearch, type SearchOptions, useOptionSearch } from "./use-option-search.ts";

interface ReferenceProps extends FieldProps {
  readonly value: Option | null;
  readonly onChange: (value: Option | null) => void;
  readonly search: SearchOptions;
  /** Creates what the search does not find. It returns the new record, or null if the user gave up. */
  readonly onCreate?: (text: string) => Promise<Option | null>;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
}

const CREATE_ID = "create";

/** As high as an ordinary answer, so that the list does not jump when it comes. */
const SKELETON_KEYS = ["a", "b", "c", "d", "e", "f"];

/** A record that this one names. It is found by typing a part of its name, or created in place. */
export function Reference({ label, help, error, note, value, onChange, placeholder, isDisabled, ...search }: ReferenceProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const messages = [help === undefined ? "" : `${id}-help`, error === undefined ? "" : `${id}-error`].join(" ").trim();
  const create = async (text: string): Promise<void> => {
    setOpen(false);
    setCreating(true);
    const created = await search.onCreate?.(text).finally(() => setCreating(false));
    if (created) onChange(created);
  };
  return (
    <div className={fieldClass}>
      <ReferenceLabel id={`${id}-label`} label={label} note={note} />
      <Group ref={frame} isInvalid={error !== undefined} isDisabled={isDisabled} className={groupClass}>
        <Button
          aria-labelledby={`${id}-label ${id}-value`}
          aria-describedby={messages === "" ? undefined : messages}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          isDisabled={isDisabled}
          onPress={() => setOpen(true)}
          className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-control px-2 text-start text-input focus-ring"
        >
          <span id={`${id}-value`} className="flex min-w-0 flex-1 items-center gap-2">
            {value === null ? (
              <span className="truncate text-text-muted">{placeholder ?? t("Choose…")}</span>
            ) : (
              <OptionLabel option={value} />
            )}
          </span>
          {isCreating ? <Spinner /> : value === null || isDisabled ? <ChevronDown className="text-text-muted" /> : null}
        </Button>
        {value === null || isDisabled ? null : (
          <IconButton isSmall label={t("Clear {label}", { label })} icon={<X />} onPress={() => onChange(null)} />
        )}
      </Group>
      <Popover
        triggerRef={frame}
        isOpen={isOpen}
        onOpenChange={setOpen}
        offset={4}
        placement="bottom start"
        className={joinClasses(popoverClass, "w-(--trigger-width) min-w-menu max-w-full")}
      >
        <Dialog aria-label={label} className="outline-none">
          <ReferenceList
            {...search}
            label={label}
            value={value}
            create={create}
            onChoose={(option) => {
              onChange(option);
              setOpen(false);
            }}
          />
        </Dialog>
      </Popover>
      <ReferenceMessages id={id} help={help} error={error} />
    </div>
  );
}

function ReferenceLabel({ id, label, note }: Pick<FieldProps, "label" | "note"> & { readonly id: string }) {
  const t = useText();
  return (
    <span className="flex items-baseline gap-1 text-control font-medium text-text">
      <span id={id} className="min-w-0 wrap-anywhere">
        {label}
      </span>
      {note === undefined ? null : (
        <span className="text-meta font-normal text-text-muted">{note === "optional" ? t("optional") : t("required")}</span>
      )}
    </span>
  );
}

function ReferenceMessages({ id, help, error }: Pick<FieldProps, "help" | "error"> & { readonly id: string }) {
  return (
    <>
      {help === undefined ? null : (
        <span id={`${id}-help`} className="text-meta wrap-anywhere text-text-muted">
          {help}
        </span>
      )}
      {error === undefined ? null : (
        <span id={`${id}-error`} className="text-meta wrap-anywhere text-danger">
          {error}
        </span>
      )}
    </>
  );
}

interface ReferenceListProps extends Pick<ReferenceProps, "search" | "onCreate" | "value" | "label"> {
  readonly create: (text: string) => Promise<void>;
  readonly onChoose: (option: Option) => void;
}

function ReferenceList({ label, search, onCreate, value, create, onChoose }: ReferenceListProps) {
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
    if (option?.id === CREATE_ID) void create(name);
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
        renderEmptyState={() => <SearchNote found={found} />}
        // Choosing the present record again takes nothing away.
        onSelectionChange={([key = value?.id]) => choose(String(key))}
      >
        {(option) => <OptionItem option={option} />}
      </ListBox>
    </Autocomplete>
  );
}

function SearchNote({ found }: { readonly found: OptionSearch }) {
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
  return <OptionNote>{t("Nothing matches. Try another word.")}</OptionNote>;
}
