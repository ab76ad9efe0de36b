import { type ReactNode, useId, useState } from "react";
import type { FieldProps } from "./field.tsx";
import { findMergeFields, type NameMergeField } from "./merge-field-rules.ts";
import { RichTextFrame } from "./rich-text-frame.tsx";
import { useEditorOnAct } from "./use-editor-on-act.ts";

export interface MergeTextProps extends FieldProps {
  /** A plain text of several lines, with merge fields in braces. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly nameField: NameMergeField;
  readonly isDisabled?: boolean;
  /** A text that is inserted where the caret is, each time it gets another `key`. */
  readonly insertion?: { readonly key: number; readonly text: string } | undefined;
}

const loadEditor = () => import("./merge-text-editor.tsx");

/** A plain text whose merge fields are shown by their labels. It can be read at once, and its editor is loaded when the user begins to act. */
export function MergeText(props: MergeTextProps) {
  const Editor = useEditorOnAct(loadEditor);
  const [hasFocus, setFocus] = useState(false);
  if (Editor) return <Editor {...props} hasFocus={hasFocus} />;
  return <MergeTextRest {...props} onFocus={() => setFocus(true)} onBlur={() => setFocus(false)} />;
}

interface MergeTextRestProps extends MergeTextProps {
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

function renderLine(line: string, name: NameMergeField): ReactNode[] {
  const fields = findMergeFields(line, name);
  return [
    ...fields.flatMap(({ source, label, start }, index) => {
      const { start: before = 0, source: previous = "" } = fields[index - 1] ?? {};
      return [
        line.slice(before + previous.length, start),
        <span key={start} className="merge-field" title={source}>
          {label}
        </span>,
      ];
    }),
    line.slice((fields.at(-1)?.start ?? 0) + (fields.at(-1)?.source.length ?? 0)),
  ];
}

/** The text as its editor shows it, before the editor is there. */
function MergeTextRest({ label, help, error, note, value, nameField, isDisabled = false, onFocus, onBlur }: MergeTextRestProps) {
  const id = useId();
  return (
    <RichTextFrame {...{ id, label, help, error, note, isDisabled }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a text area has no labels in its text */}
      <div
        role="textbox"
        aria-multiline="true"
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-help ${id}-error`}
        tabIndex={isDisabled ? -1 : 0}
        onFocus={onFocus}
        onBlur={onBlur}
        dir="auto"
        className="rich-text merge-text max-h-panel min-h-panel cursor-text overflow-auto px-2 py-1 text-input outline-none"
      >
        {value.split("\n").map((line, index) => (
          // Lines have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: the text is only shown here
          <p key={index}>{line === "" ? <br /> : renderLine(line, nameField)}</p>
        ))}
      </div>
    </RichTextFrame>
  );
}
