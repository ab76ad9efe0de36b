import { MessageSquareReply } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { usePresence } from "../../../api/presence.ts";
import { useShortcut } from "../../../frame/shortcuts/use-shortcut.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { PresentLine } from "./present-line.tsx";

interface ThreadShellProps {
  /** The messages. They get whether they scroll with what is around them. */
  readonly messages: (scrollsWithPage: boolean) => ReactNode;
  /** The newest message. A phone shows it first. */
  readonly lastId: string | undefined;
  readonly present: ReturnType<typeof usePresence>;
  /** The box to answer. Undefined: the user may not answer. */
  readonly reply: ReactNode | undefined;
  /** The box stands open on a phone too. */
  readonly isReplyOpen?: boolean;
  /** The thread is a part of a page that scrolls, and not a pane. */
  readonly isInPage: boolean;
}

/** A thread with the box to answer below it. A phone has no room for both, so the box opens on demand. */
export function ThreadShell({ messages, lastId, present, reply, isReplyOpen = false, isInPage }: ThreadShellProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isPhone && !isInPage && lastId !== undefined && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [isPhone, isInPage, lastId]);
  useShortcut("reply", () => {
    if (isPhone) setOpen(true);
    else box.current?.querySelector("textarea")?.focus();
  });
  useEffect(() => {
    if (!isOpen) return;
    box.current?.scrollIntoView({ block: "nearest" });
    box.current?.querySelector("textarea")?.focus();
  }, [isOpen]);
  if (isPhone)
    return (
      <div
        ref={frame}
        className={isInPage ? "flex min-w-0 flex-col" : "flex min-h-0 min-w-0 flex-1 flex-col overflow-auto px-4 pb-2"}
      >
        {messages(true)}
        <PresentLine users={present} />
        {reply === undefined ? null : isReplyOpen ? (
          <div data-foot className="sticky bottom-0 mt-auto bg-bg py-2">
            {reply}
          </div>
        ) : isOpen ? (
          <div ref={box} data-foot>
            {reply}
          </div>
        ) : (
          <div data-foot className="sticky bottom-0 mt-auto flex bg-bg py-2">
            <Button icon={<MessageSquareReply />} onPress={() => setOpen(true)}>
              {t("Write an answer")}
            </Button>
          </div>
        )}
      </div>
    );
  return (
    <>
      {messages(isInPage)}
      <PresentLine users={present} />
      {reply === undefined ? null : (
        <div
          ref={box}
          data-foot
          className={
            isInPage ? "sticky bottom-0 bg-bg pb-2" : "max-h-full shrink-0 overflow-auto border-t border-border px-4 py-3"
          }
        >
          {reply}
        </div>
      )}
    </>
  );
}
