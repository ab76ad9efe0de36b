import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, type SyntheticEvent, useRef } from "react";
import type { KindSummary } from "../../../api/kind.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { MentionField } from "../../../records/comments/mention-field.tsx";
import type { Mention } from "../../../records/comments/mention-text.ts";
import { FileUpload } from "../../../records/record/record-files.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";

interface SendChoice {
  readonly id: string;
  readonly label: string;
}

interface ReplyBoxProps {
  /** Chooses what is written, such as a reply or a note. */
  readonly head: ReactNode;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The place of the cursor, for texts that are put in. */
  readonly onPlace?: (place: number) => void;
  /** Where the cursor goes when a tool gives the focus back: behind the text that it has put in. */
  readonly nextPlace?: RefObject<number | undefined>;
  readonly onFocusChange?: (hasFocus: boolean) => void;
  readonly error?: string | undefined;
  readonly isNote?: boolean;
  /** Lets the user mention colleagues who see the record. */
  readonly mentions?: { readonly recordId: string; readonly onMention: (mention: Mention) => void } | undefined;
  /** Buttons below the text. */
  readonly tools?: ReactNode;
  /** What sending does besides, and warnings. */
  readonly children?: ReactNode;
  readonly sendLabel: string;
  readonly canSend: boolean;
  readonly isSending: boolean;
  readonly onSend: () => void;
  /** Further ways to send, such as with a status. */
  readonly choices?: readonly SendChoice[];
  readonly choicesLabel?: string;
  readonly onChoose?: (id: string) => void;
  /** The record whose files are dropped on the box. Without it, none are. */
  readonly files?:
    | {
        readonly kind: Pick<KindSummary, "kind">;
        readonly id: string;
        readonly onUploaded?: (file: ConsoleRecord) => void;
      }
    | undefined;
}

const ROWS = 3;

/** Where a message is written. Ctrl or ⌘ and Enter sends. */
export function ReplyBox(props: ReplyBoxProps) {
  const { head, label, value, onChange, onPlace, onFocusChange, error, isNote = false, mentions, tools, children, files } = props;
  const { sendLabel, canSend, isSending, onSend, choices = [], choicesLabel = "", onChoose } = props;
  const t = useText();
  const frame = useRef<HTMLDivElement>(null);
  const { nextPlace } = props;
  const focusText = (): void => {
    const field = frame.current?.querySelector("textarea");
    if (nextPlace?.current === undefined || !field) return;
    field.focus();
    field.setSelectionRange(nextPlace.current, nextPlace.current);
    nextPlace.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend && !isSending) onSend();
  };
  const field = {
    label,
    isLabelHidden: true,
    rows: ROWS,
    value,
    onChange,
    onSelect: ({ currentTarget }: SyntheticEvent<HTMLInputElement>) => onPlace?.(currentTarget.selectionStart ?? 0),
    onFocusChange: (hasFocus: boolean) => onFocusChange?.(hasFocus),
    error,
  };
  const text = (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div ref={frame} onKeyDown={onKeyDown} className={joinClasses("min-w-0 rounded-control", isNote && "bg-warning-subtle")}>
      {mentions ? (
        <MentionField
          {...mentions}
          {...field}
          noAccessLabel={t("May not see this ticket")}
          placeholder={t("Write a note. @ mentions a colleague")}
        />
      ) : (
        <TextArea {...field} />
      )}
    </div>
  );
  const foot = (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the focus of the buttons inside */}
      <span onFocus={focusText} className="-ms-2 flex min-w-0 flex-wrap items-center">
        {tools}
      </span>
      <span className="ms-auto flex items-center gap-1">
        {/* Before there is a text, nothing is to be sent. */}
        <Button
          variant={canSend || isSending ? "primary" : "secondary"}
          isSmall
          isPending={isSending}
          isDisabled={!canSend}
          onPress={onSend}
        >
          {isSending ? t("Sending…") : sendLabel}
        </Button>
        {choices.length === 0 ? null : (
          <Menu
            placement="top end"
            trigger={<IconButton isSmall variant="secondary" label={choicesLabel} icon={<ChevronDown />} />}
            onAction={(key) => onChoose?.(String(key))}
          >
            {choices.map(({ id, label: choice }) => (
              <MenuItem key={id} id={id} label={choice} />
            ))}
          </Menu>
        )}
      </span>
    </div>
  );
  const content = (
    <>
      {children}
      {text}
      {foot}
    </>
  );
  if (files)
    return (
      <FileUpload kind={files.kind} id={files.id} head={head} onUploaded={files.onUploaded}>
        {content}
      </FileUpload>
    );
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-target items-center gap-2">{head}</header>
      {content}
    </div>
  );
}
