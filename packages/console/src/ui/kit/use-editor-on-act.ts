import { useEffect, useState } from "react";

/** What users do first on a page. The editor loads then, so that it is there when they come to the text. */
const FIRST_ACTS = ["pointermove", "pointerdown", "keydown"] as const;

/** Returns an editor, which is larger than most pages, once the user begins to act. `load` must stay the same function. */
export function useEditorOnAct<C>(load: () => Promise<{ readonly default: C }>): C | undefined {
  const [editor, setEditor] = useState<C>();
  useEffect(() => {
    const start = (): void =>
      void load().then(
        (module) => setEditor(() => module.default),
        // The page says so, and loads again where a deployment has removed the file.
        (error: unknown) =>
          setEditor(() => {
            throw error;
          }),
      );
    for (const act of FIRST_ACTS) addEventListener(act, start, { once: true, passive: true });
    return () => {
      for (const act of FIRST_ACTS) removeEventListener(act, start);
    };
  }, [load]);
  return editor;
}
