import { ChevronDown, Plus, Search, X } from "lucide-react";
import { useId, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Button } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
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

/** A record that this one names. It is found by typing a part of its name, or created in place. */
export function Reference({ label, help, error, note, value, onChange, placeholder, isDisabled, ...search }: ReferenceProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const id = useId();
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
      <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
        <Group isInvalid={error !== undefined} isDisabled={isDisabled} className={groupClass}>
          <Button
            aria-labelledby={`${id}-label ${id}-value`}
            aria-describedby={messages === "" ? undefined : messages}
            isDisabled={isDisabled}
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
        <Popover offset={4} placement="bottom start" className={joinClasses(popoverClass, "w-panel max-w-full")}>
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
      </DialogTrigger>
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
  const found = useOptionSearch(search, text, true);
  const name = text.trim();
  const isKnown = found.options.some((option) => option.label.localeCompare(name, undefined, { sensitivity: "base" }) === 0);
  const entries: Option[] = [...found.options];
  if (onCreate !== undefined && name !== "" && !found.isLoading && !isKnown)
    entries.push({ id: CREATE_ID, label: t("Create “{name}”", { name }), icon: <Plus /> });
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField aria-label={t("Search {label}", { label })} autoFocus className="border-b border-border p-1">
        <Group className="flex h-control items-center text-text-muted">
          <span className="shrink-0 ps-2">{found.isLoading && text !== "" ? <Spinner /> : <Search />}</span>
          <Input
            placeholder={t("Search…")}
            className="h-full w-full min-w-0 bg-transparent px-2 text-input text-text outline-none [&::-webkit-search-cancel-button]:hidden"
          />
        </Group>
      </SearchField>
      <ListBox
        aria-label={label}
        items={entries}
        selectionMode="single"
        selectedKeys={value === null ? [] : [value.id]}
        className={optionListClass}
        renderEmptyState={() => <SearchNote found={found} />}
        onAction={(key) => {
          const option = entries.find((entry) => entry.id === key);
          if (option?.id === CREATE_ID) void create(name);
          else if (option) onChoose(option);
        }}
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
      <div className="flex flex-col gap-4 px-2 py-3">
        <Skeleton width="medium" />
        <Skeleton width="medium" />
      </div>
    );
  if (found.hasFailed) return <OptionNote>{t("The search did not answer. Type again to retry.")}</OptionNote>;
  return <OptionNote>{t("Nothing matches. Try another word.")}</OptionNote>;
}
