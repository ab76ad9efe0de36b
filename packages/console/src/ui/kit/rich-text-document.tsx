import { useState } from "react";
import type { RichTextProps } from "./rich-text.tsx";
import type { EditorStart } from "./rich-text-editor.tsx";
import { RichTextRest } from "./rich-text-rest.tsx";
import { useEditorOnAct } from "./use-editor-on-act.ts";

const loadEditor = () => import("./rich-text-editor.tsx");

/** A long text. It can be read at once, and its editor is loaded when the user begins to act. */
export function RichTextDocument(props: RichTextProps) {
  const Editor = useEditorOnAct(loadEditor);
  const [start, setStart] = useState<EditorStart>();
  if (Editor) return <Editor {...props} {...(start ? { start } : {})} />;
  return <RichTextRest {...props} onStart={(format) => setStart({ hasFocus: true, format })} onEnd={() => setStart(undefined)} />;
}
