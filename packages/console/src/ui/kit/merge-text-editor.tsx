import { EditorContent, type JSONContent, useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { useEffect, useId, useRef } from "react";
import { MergeFieldNode } from "./merge-field-node.ts";
import type { MergeTextProps } from "./merge-text.tsx";
import { RichTextFrame } from "./rich-text-frame.tsx";
import { useLatestName } from "./use-latest-name.ts";

const LINE = "\n";

/** Lines alone: no formats, lists or links. */
const plainText = StarterKit.configure({
  ...{ blockquote: false, bold: false, bulletList: false, code: false, codeBlock: false, hardBreak: false, heading: false },
  ...{ horizontalRule: false, italic: false, link: false, listItem: false, listKeymap: false, orderedList: false },
  ...{ strike: false, trailingNode: false, underline: false },
});

/** Returns a document with a paragraph for each line. */
const toDocument = (text: string): JSONContent => ({
  type: "doc",
  content: text
    .split(LINE)
    .map((line) => ({ type: "paragraph", ...(line === "" ? {} : { content: [{ type: "text", text: line }] }) })),
});

/** Loaded by `MergeText`. */
export default function MergeTextEditor({
  label,
  help,
  error,
  note,
  value,
  onChange,
  nameField,
  isDisabled = false,
  insertion,
  hasFocus,
}: MergeTextProps & { readonly hasFocus: boolean }) {
  const id = useId();
  const name = useLatestName(nameField);
  const inserted = useRef<number>(undefined);
  const hasCaret = useRef(hasFocus);
  const written = useRef(value);
  const editor = useEditor({
    extensions: [plainText, MergeFieldNode.configure({ name })],
    content: toDocument(value),
    editable: !isDisabled,
    autofocus: hasFocus ? "end" : false,
    onFocus: () => {
      hasCaret.current = true;
    },
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": `${id}-label`,
        "aria-describedby": `${id}-help ${id}-error`,
        class: "rich-text merge-text min-h-panel px-2 py-1 text-input outline-none",
      },
    },
    onUpdate: ({ editor: changed }) => {
      written.current = changed.getText({ blockSeparator: LINE });
      onChange(written.current);
    },
  });
  useEffect(() => {
    if (insertion === undefined || insertion.key === inserted.current) return;
    inserted.current = insertion.key;
    editor
      .chain()
      .focus(hasCaret.current ? null : "end")
      .insertContent({ type: "text", text: insertion.text })
      .run();
  }, [editor, insertion]);
  // Another value than the one that was written here, such as after "Discard changes".
  useEffect(() => {
    if (value === written.current) return;
    written.current = value;
    editor.commands.setContent(toDocument(value), { emitUpdate: false });
  }, [editor, value]);
  return (
    <RichTextFrame {...{ id, label, help, error, note, isDisabled }}>
      <EditorContent editor={editor} className="max-h-panel overflow-auto" />
    </RichTextFrame>
  );
}
