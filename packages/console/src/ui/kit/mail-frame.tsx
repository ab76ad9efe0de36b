import { useEffect, useRef, useState } from "react";
import { useWidth } from "./use-width.ts";

interface MailFrameProps {
  /** Names the frame for screen readers. */
  readonly title: string;
  readonly html: string;
  /** In pixels, as wide as a mail program shows the mail. */
  readonly width: number;
  readonly isDark?: boolean;
  readonly hasImages?: boolean;
}

/** The page that shows a mail (functions/src/pages/mail-frame.ts). It has no origin, so it can read nothing of the console. */
const FRAME_PATH = "/mail-frame";
const MIN_HEIGHT = 320;

/** Mail programs decide about the dark scheme themselves. So the preference of the browser does not count. */
function prepareMail(html: string, { isDark, hasImages }: { readonly isDark: boolean; readonly hasImages: boolean }): string {
  const scheme = html.replaceAll("(prefers-color-scheme:dark)", isDark ? "all" : "not all");
  return hasImages
    ? scheme
    : scheme.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="img-src data:">`);
}

/** A mail as a mail program shows it, at a width. Its links lead nowhere. */
export function MailFrame({ title, html, width, isDark = false, hasImages = true }: MailFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const room = useWidth(box);
  const [isReady, setReady] = useState(false);
  const [measured, setMeasured] = useState<number>();
  const height = Math.max(MIN_HEIGHT, measured ?? 0);
  const shown = prepareMail(html, { isDark, hasImages });
  useEffect(() => {
    const receive = ({ source, data }: MessageEvent<{ mailFrame?: string; mailHeight?: number } | null>): void => {
      if (source !== frame.current?.contentWindow) return;
      if (data?.mailFrame === "ready") setReady(true);
      if (typeof data?.mailHeight === "number") setMeasured(data.mailHeight);
    };
    window.addEventListener("message", receive);
    return () => window.removeEventListener("message", receive);
  }, []);
  useEffect(() => {
    // The frame has no origin, so only `*` names it. The mail goes to this frame alone.
    if (isReady) frame.current?.contentWindow?.postMessage({ mailHtml: shown }, "*");
  }, [isReady, shown]);
  // A mail that is wider than the room for it is shown smaller. Its layout stays that of its width.
  const scale = room === 0 ? 1 : Math.min(1, room / width);
  return (
    // What stands below moves until the height of the mail is known.
    <div ref={box} aria-busy={measured === undefined} className="min-w-0 overflow-hidden" style={{ blockSize: height * scale }}>
      {/* From the left in every language: the frame is placed by its left edge. */}
      <div dir="ltr" className="mx-auto" style={{ inlineSize: width * scale }}>
        <iframe
          ref={frame}
          src={FRAME_PATH}
          title={title}
          sandbox="allow-scripts"
          style={{ inlineSize: width, blockSize: height, scale, transformOrigin: "0 0", background: "white" }}
          className="block max-w-none border-0"
        />
      </div>
    </div>
  );
}
