import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type SyntheticEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { read } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatDayShort } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { MentionList } from "../../ui/kit/mention-list.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { findMentionQuery, insertMention, type Mention, type MentionQuery } from "./mention-text.ts";

interface MentionFieldProps {
  readonly recordId: string;
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly autoFocus?: boolean;
  readonly error?: string | undefined;
  readonly rows: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly onSelect?: (event: SyntheticEvent<HTMLInputElement>) => void;
  readonly onFocusChange?: (hasFocus: boolean) => void;
  /** Called when the user chooses a user or team. Its name is in the text. */
  readonly onMention: (mention: Mention) => void;
  /** The words for a colleague who may not see the record. */
  readonly noAccessLabel?: string | undefined;
}

/** A text in which an @ offers the users and teams who can be mentioned. The arrows and Enter choose one, Escape closes the list. */
export function MentionField({ recordId, value, onChange, onMention, noAccessLabel, ...props }: MentionFieldProps) {
  const t = useText();
  const reader = useTextOptions();
  const listId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const caret = useRef<number>(undefined);
  const [query, setQuery] = useState<MentionQuery>();
  const [active, setActive] = useState(0);
  const offered = useMentionable(recordId, query?.text);
  const options = query === undefined ? [] : offered;
  const able = options.filter(({ can_mention }) => can_mention);
  const chosen = able[Math.min(active, able.length - 1)];
  const describe = ({ kind, can_mention, away }: Mentionable): string | undefined => {
    if (kind === "team") return t("Team");
    if (!can_mention) return noAccessLabel ?? t("May not see this record");
    if (!away) return undefined;
    if (away.until === null) return t("Away");
    return t("Away until {day}", { day: formatDayShort(away.until, new Date().toISOString(), reader) });
  };
  // The caret stands behind the name that was inserted.
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    frame.current?.querySelector("textarea")?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });
  const follow = ({ target }: SyntheticEvent): void => {
    if (!(target instanceof HTMLTextAreaElement)) return;
    const next = findMentionQuery(target.value, target.selectionStart);
    if (next?.text !== query?.text) setActive(0);
    setQuery(next);
  };
  const choose = (mention: Mention): void => {
    if (!query) return;
    const inserted = insertMention(value, query, mention);
    caret.current = inserted.caret;
    onChange(inserted.text);
    onMention(mention);
    setQuery(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!chosen || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((able.indexOf(chosen) + step + able.length) % able.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(chosen);
    else if (event.key === "Escape") setQuery(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the text inside
    <div
      ref={frame}
      role="presentation"
      className="relative flex min-w-0 flex-col"
      onInput={follow}
      onClick={follow}
      onKeyDownCapture={onKeyDown}
      onBlur={() => setQuery(undefined)}
    >
      <TextArea
        placeholder={t("Write a comment. @ mentions a colleague")}
        {...props}
        value={value}
        onChange={onChange}
        inputProps={{
          "aria-autocomplete": "list",
          "aria-controls": options.length > 0 ? listId : undefined,
          "aria-activedescendant": chosen ? `${listId} ${chosen.id}` : undefined,
        }}
      />
      {options.length > 0 ? (
        <MentionList
          id={listId}
          field={frame}
          label={t("Users and teams to mention")}
          options={options.map((option) => ({
            id: option.id,
            label: option.name,
            description: describe(option),
            isDisabled: !option.can_mention,
          }))}
          activeId={chosen?.id}
          onChoose={(id) => {
            const option = able.find((candidate) => candidate.id === id);
            if (option) choose(option);
          }}
        />
      ) : null}
    </div>
  );
}

interface Mentionable extends Mention {
  readonly kind: "user" | "team";
  readonly can_mention: boolean;
  readonly away: { readonly until: string | null } | null;
}

const STALE_MS = 60_000;

/** Reads who can be mentioned. While another answer is on its way, the last one stays. */
function useMentionable(recordId: string, text: string | undefined): readonly Mentionable[] {
  const scope = useScope();
  const { data = [] } = useQuery({
    queryKey: [...scope, "mentionable", recordId, text],
    queryFn: async () =>
      (
        await read<Mentionable[]>("/api/v1/comments/mentionable", {
          related_to_id: recordId,
          // Without a name, users who cannot be mentioned would only be in the way.
          ...(text ? { q: text, with_unable: "true" } : {}),
        })
      ).data,
    enabled: text !== undefined,
    staleTime: STALE_MS,
    placeholderData: (before) => before,
  });
  return data;
}
