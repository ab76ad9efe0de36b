import { type Editor, Node } from "@tiptap/core";
import type { Node as DocumentNode, Schema } from "@tiptap/pm/model";
import { type EditorState, Plugin, type Transaction } from "@tiptap/pm/state";
import { findMergeFields, type NameMergeField } from "./merge-field-rules.ts";

/** A merge field in an editor: one character with the label of the field. The text that is stored or copied has its braces. */

const NAME = "mergeField";
/** The editor needs an element for a field. Stored HTML has its text alone. */
const TAG = "merge-field";
const TAGS = new RegExp(`</?${TAG}>`, "g");

/** Returns the HTML of an editor, with the braces of its merge fields. */
export const readHtml = (editor: Pick<Editor, "getHTML">): string => editor.getHTML().replaceAll(TAGS, "");

/** Replaces the braces of known fields by their nodes, whether they were stored, typed or pasted. Undefined: there are none. */
function replaceBraces({ doc, schema, tr }: EditorState, name: NameMergeField): Transaction | undefined {
  const found: { readonly from: number; readonly text: DocumentNode; readonly source: string; readonly label: string }[] = [];
  doc.descendants((node, position, parent) => {
    if (!node.isText || parent?.type.spec.code) return;
    for (const { source, label, start } of findMergeFields(node.text ?? "", name))
      found.push({ from: position + start, text: node, source, label });
  });
  if (found.length === 0) return undefined;
  for (const { from, text, source, label } of found.toReversed())
    tr.replaceWith(from, from + source.length, createNode(schema, source, label).mark(text.marks));
  return tr;
}

const createNode = (schema: Schema, source: string, label: string): DocumentNode =>
  (schema.nodes[NAME] as NonNullable<(typeof schema.nodes)[string]>).create({ source, label });

interface MergeFieldOptions {
  name: NameMergeField;
}

export const MergeFieldNode = Node.create<MergeFieldOptions>({
  name: NAME,
  group: "inline",
  inline: true,
  atom: true,
  addOptions: () => ({ name: () => undefined }),
  addAttributes: () => ({ source: { default: "" }, label: { default: "" } }),
  // As text it is the braces. Stored HTML is that of `readHtml`.
  renderHTML: ({ node }) => [TAG, {}, String(node.attrs.source)],
  renderText: ({ node }) => String(node.attrs.source),
  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement("span");
      dom.className = "merge-field";
      dom.textContent = String(node.attrs.label);
      dom.title = String(node.attrs.source);
      return { dom };
    },
  addProseMirrorPlugins() {
    const { name } = this.options;
    return [
      new Plugin({
        appendTransaction: (transactions, _before, state) =>
          transactions.some(({ docChanged }) => docChanged) ? replaceBraces(state, name) : undefined,
      }),
    ];
  },
  onCreate() {
    const { editor, options } = this;
    const change = replaceBraces(editor.state, options.name);
    // The text is the same, so neither the form nor "Undo" learns of it.
    if (change) editor.view.dispatch(change.setMeta("preventUpdate", true).setMeta("addToHistory", false));
  },
});
