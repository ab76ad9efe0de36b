import { Placeholder } from "@tiptap/extensions";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Link as LinkIcon } from "lucide-react";
import { useId, useState } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { joinClasses } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";
import { MergeFieldNode, readHtml } from "./merge-field-node.ts";
import { popoverClass } from "./popover.ts";
import type { RichTextProps } from "./rich-text.tsx";
import { RichTextFrame } from "./rich-text-frame.tsx";
import { RichTextToolbar, type TextFormat } from "./rich-text-toolbar.tsx";
import { TextField } from "./text-field.tsx";
import { useLatestName } from "./use-latest-name.ts";

/** How the editor begins where the text was before it: with the focus, and with a format that was pressed. */
export interface EditorStart {
  readonly hasFocus: boolean;
  readonly format?: TextFormat | undefined;
}

/** Loaded by `RichText`. */
export default function RichTextEditor({
  label,
  help,
  error,
  note,
  value,
  onChange,
  placeholder,
  isDisabled = false,
  isDocument = false,
  nameField,
  fieldMenu,
  start,
}: RichTextProps & { readonly start?: EditorStart }) {
  const id = useId();
  const name = useLatestName(nameField);
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        link: { openOnClick: false },
        ...(isDocument ? { underline: false } : { heading: false, codeBlock: false, horizontalRule: false }),
      }),
      Placeholder.configure({ placeholder: placeholder ?? "" }),
      ...(nameField ? [MergeFieldNode.configure({ name })] : []),
    ],
    content: value,
    editable: !isDisabled,
    autofocus: start?.hasFocus ? "end" : false,
    onCreate: ({ editor: created }) => {
      if (start?.format) applyFormat(created, start.format);
    },
    // The sheet of the editor is in index.css: the content security policy refuses a `<style>`.
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": `${id}-label`,
        "aria-describedby": `${id}-help ${id}-error`,
        class: joinClasses("rich-text px-2 py-1 text-input outline-none", isDocument ? "min-h-panel" : "min-h-12"),
      },
    },
    onUpdate: ({ editor: changed }) => onChange(changed.isEmpty ? "" : readHtml(changed)),
  });
  return (
    <RichTextFrame {...{ id, label, help, error, note, isDisabled }}>
      <EditorToolbar editor={editor} isDisabled={isDisabled} isDocument={isDocument} fieldMenu={fieldMenu} />
      <EditorContent editor={editor} className={isDocument ? "max-h-results overflow-auto" : "max-h-panel overflow-auto"} />
    </RichTextFrame>
  );
}

/** The levels of headings in a document. */
const HEADING = 1;
const SUBHEADING = 2;

interface EditorPartProps {
  readonly editor: Editor;
  readonly isDisabled: boolean;
}

/** The formats in the order in which the editor is asked for them. */
const formats: readonly (readonly [TextFormat, (editor: Editor) => boolean])[] = [
  ["heading", (editor) => editor.isActive("heading", { level: HEADING })],
  ["subheading", (editor) => editor.isActive("heading", { level: SUBHEADING })],
  ...(["bold", "italic", "bulletList", "orderedList", "blockquote", "codeBlock"] as const).map(
    (name) => [name, (editor: Editor) => editor.isActive(name)] as const,
  ),
  ["undo", (editor) => editor.can().undo()],
  ["redo", (editor) => editor.can().redo()],
];

function applyFormat(editor: Editor, format: TextFormat): void {
  const chain = editor.chain().focus();
  const commands: Readonly<Record<TextFormat, () => typeof chain>> = {
    heading: () => chain.toggleHeading({ level: HEADING }),
    subheading: () => chain.toggleHeading({ level: SUBHEADING }),
    bold: () => chain.toggleBold(),
    italic: () => chain.toggleItalic(),
    bulletList: () => chain.toggleBulletList(),
    orderedList: () => chain.toggleOrderedList(),
    blockquote: () => chain.toggleBlockquote(),
    codeBlock: () => chain.toggleCodeBlock(),
    undo: () => chain.undo(),
    redo: () => chain.redo(),
  };
  commands[format]().run();
}

interface EditorToolbarProps extends EditorPartProps {
  readonly isDocument: boolean;
  readonly fieldMenu: RichTextProps["fieldMenu"];
}

function EditorToolbar({ editor, isDisabled, isDocument, fieldMenu }: EditorToolbarProps) {
  const names = useEditorState({
    editor,
    selector: ({ editor: one }) => formats.flatMap(([name, isActive]) => (isActive(one) ? [name] : [])).join(),
  });
  return (
    <RichTextToolbar
      active={new Set(names.split(",") as TextFormat[])}
      isDisabled={isDisabled}
      isDocument={isDocument}
      onFormat={(format) => applyFormat(editor, format)}
      linkButton={
        <>
          <LinkButton editor={editor} isDisabled={isDisabled} />
          {fieldMenu?.((text) => editor.chain().focus().insertContent({ type: "text", text }).run())}
        </>
      }
    />
  );
}

/** Addresses with a scheme. Others get `https`, so that no link leads to a path of the console. */
const withScheme = (address: string): string => (/^(?:https?:|mailto:|tel:)/i.test(address) ? address : `https://${address}`);

function LinkButton({ editor, isDisabled }: EditorPartProps) {
  const t = useText();
  const [address, setAddress] = useState("");
  const apply = (close: () => void): void => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (address.trim() === "") chain.unsetLink().run();
    else chain.setLink({ href: withScheme(address.trim()) }).run();
    close();
  };
  return (
    <DialogTrigger onOpenChange={(isOpen) => isOpen && setAddress(String(editor.getAttributes("link").href ?? ""))}>
      <IconButton isSmall label={t("Link")} icon={<LinkIcon />} isDisabled={isDisabled} />
      <Popover offset={4} className={joinClasses(popoverClass, "w-menu")}>
        <Dialog aria-label={t("Link")} className="outline-none">
          {({ close }) => (
            <form
              className="flex flex-col gap-4 p-4"
              onSubmit={(event) => {
                event.preventDefault();
                apply(close);
              }}
            >
              <TextField
                autoFocus
                label={t("Address")}
                value={address}
                onChange={setAddress}
                help={t("Leave it empty to remove the link.")}
              />
              <span className="flex justify-end">
                <Button type="submit">{t("Set link")}</Button>
              </span>
            </form>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
