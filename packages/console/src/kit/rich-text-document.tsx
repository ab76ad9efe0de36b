import { useEffect, useState } from "react";
import type { RichTextProps } from "./rich-text.tsx";
import type RichTextEditor from "./rich-text-editor.tsx";
import type { EditorStart } from "./rich-text-editor.tsx";
import { RichTextRest } from "./rich-text-rest.tsx";

/** What users do first on a page. The editor loads then, so that it is there when they come to the text. */
const FIRST_ACTS = ["pointermove", "pointerdown", "keydown"] as const;

/** A long text. It can be read at once, and its editor, which is larger than most pages, is loaded when the user begins to act. */
export function RichTextDocument(props: RichTextProps) {
  const [Editor, setEditor] = useState<typeof RichTextEditor>();
  const [start, setStart] = useState<EditorStart>();
  useEffect(() => {
    const load = (): void =>
      void import("./rich-text-editor.tsx").then(
        (module) => setEditor(() => module.default),
        // The page says so, and loads again where a deployment has removed the file.
        (error: unknown) =>
          setEditor(() => {
            throw error;
          }),
      );
    for (const act of FIRST_ACTS) addEventListener(act, load, { once: true, passive: true });
    return () => {
      for (const act of FIRST_ACTS) removeEventListener(act, load);
    };
  }, []);
  if (Editor) return <Editor {...props} {...(start ? { start } : {})} />;
  return <RichTextRest {...props} onStart={(format) => setStart({ hasFocus: true, format })} onEnd={() => setStart(undefined)} />;
}
