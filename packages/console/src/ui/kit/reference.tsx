import { ChevronDown, X } from "lucide-react";
import { useEffect, useEffectEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Popover } from "react-aria-components/Popover";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import type { FieldProps } from "./field.tsx";
import { fieldClass, groupClass } from "./field-classes.ts";
import { IconButton } from "./icon-button.tsx";
import { type Option, OptionLabel } from "./option.tsx";
import { OptionSearchList } from "./option-search-list.tsx";
import { popoverClass } from "./popover.ts";
import { Spinner } from "./spinner.tsx";
import type { SearchOptions } from "./use-option-search.ts";

interface ReferenceProps extends FieldProps {
  readonly value: Option | null;
  readonly onChange: (value: Option | null) => void;
  readonly search: SearchOptions;
  /** Creates what the search does not find. It returns the new record, or null if the user gave up. */
  readonly onCreate?: (text: string) => Promise<Option | null>;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean | undefined;
  /** Whether the search is open from the start. */
  readonly isOpenAtFirst?: boolean;
  /** Called once the search has closed after a choice, before the focus would go back: where another element takes the focus. */
  readonly onChosen?: () => void;
  /** Whether a value can be taken away. */
  readonly isClearable?: boolean;
}

/** A record that this one names. It is found by typing a part of its name, or created in place. */
export function Reference({
  label,
  help,
  error,
  note,
  value,
  onChange,
  placeholder,
  isDisabled,
  autoFocus,
  isLabelHidden = false,
  isOpenAtFirst = false,
  isClearable = true,
  search,
  onCreate,
  onChosen,
}: ReferenceProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isOpenAtFirst) return undefined;
    // The press that made the field ends first: outside of an open layer, it would close it.
    const timer = setTimeout(() => setOpen(true));
    return () => clearTimeout(timer);
  }, [isOpenAtFirst]);
  const [isCreating, setCreating] = useState(false);
  const isChosen = useRef(false);
  const onClosed = (): void => {
    if (isChosen.current) onChosen?.();
    isChosen.current = false;
  };
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const messages = [help === undefined ? "" : `${id}-help`, error === undefined ? "" : `${id}-error`].join(" ").trim();
  const create = async (text: string): Promise<void> => {
    setOpen(false);
    setCreating(true);
    const created = await onCreate?.(text).finally(() => setCreating(false));
    if (created) onChange(created);
  };
  return (
    <div className={fieldClass}>
      <ReferenceLabel id={`${id}-label`} label={label} note={note} isLabelHidden={isLabelHidden} />
      <Group ref={frame} isInvalid={error !== undefined} isDisabled={isDisabled} className={groupClass}>
        <Button
          aria-labelledby={`${id}-label ${id}-value`}
          aria-describedby={messages === "" ? undefined : messages}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          isDisabled={isDisabled}
          autoFocus={autoFocus}
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
          {isCreating ? (
            <Spinner />
          ) : value === null || isDisabled || !isClearable ? (
            <ChevronDown className="text-text-muted" />
          ) : null}
        </Button>
        {value === null || isDisabled || !isClearable ? null : (
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
          <OptionSearchList
            label={label}
            search={search}
            value={value}
            {...(onCreate === undefined ? {} : { onCreate: (text: string) => void create(text) })}
            onChoose={(option) => {
              isChosen.current = true;
              onChange(option);
              setOpen(false);
            }}
          />
          <LayerEnd onEnd={onClosed} />
        </Dialog>
      </Popover>
      <ReferenceMessages id={id} help={help} error={error} />
    </div>
  );
}

/** Tells that the layer around it is gone. A layer gives the focus back in the next frame, unless another element has it by then. */
function LayerEnd({ onEnd }: { readonly onEnd: () => void }) {
  const end = useEffectEvent(onEnd);
  useLayoutEffect(() => () => queueMicrotask(() => end()), []);
  return null;
}

function ReferenceLabel({
  id,
  label,
  note,
  isLabelHidden,
}: Pick<FieldProps, "label" | "note" | "isLabelHidden"> & { readonly id: string }) {
  const t = useText();
  return (
    <span className={isLabelHidden ? "sr-only" : "flex items-baseline gap-1 text-control font-medium text-text"}>
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
