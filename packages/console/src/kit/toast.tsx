import { X } from "lucide-react";
import { Text } from "react-aria-components/Text";
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as AriaToastContent,
  UNSTABLE_ToastRegion as AriaToastRegion,
  UNSTABLE_ToastQueue as ToastQueue,
} from "react-aria-components/Toast";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";

interface ToastContent {
  readonly text: string;
  /** Takes the change back. */
  readonly undo?: () => void;
  /** What users mostly do next. */
  readonly next?: { readonly label: string; readonly run: () => void };
  readonly isError?: boolean;
}

const TIMEOUT_MS = 6000;
/** An error takes longer to read. */
const ERROR_TIMEOUT_MS = 12_000;
const MAX_TOASTS = 3;

const queue = new ToastQueue<ToastContent>({ maxVisibleToasts: MAX_TOASTS });

/**
 * Says at the foot of the page what happened to which record. It goes by itself, later while the pointer or the focus is on it. Do not use it for what
 * the page shows anyway.
 */
export function showToast(content: ToastContent): void {
  queue.add(content, { timeout: content.isError ? ERROR_TIMEOUT_MS : TIMEOUT_MS });
}

/** Space between the toasts and what is above them, in pixels. */
const TOAST_GAP = 8;
const GRID = 4;
const REACH = "--toast-reach";

let observer: ResizeObserver | undefined;

/** Tells the page how far the toasts reach from its foot. The shell and all layers leave this space free, so that a toast covers nothing. */
function observeRegion(region: HTMLElement | null): void {
  observer?.disconnect();
  document.documentElement.style.removeProperty(REACH);
  if (!region) return;
  observer = new ResizeObserver(() => {
    const reach = innerHeight - region.getBoundingClientRect().top + TOAST_GAP;
    document.documentElement.style.setProperty(REACH, `${Math.ceil(reach / GRID) * GRID}px`);
  });
  observer.observe(region);
}

/** The place of the toasts. The root layout has one. */
export function ToastRegion() {
  const t = useText();
  return (
    <AriaToastRegion
      ref={observeRegion}
      queue={queue}
      className="fixed inset-x-4 bottom-toast z-20 flex flex-col gap-2 tablet:start-auto tablet:max-w-drawer rounded-card focus-ring tablet:bottom-4 print:hidden"
    >
      {({ toast }) => (
        <AriaToast
          toast={toast}
          className="flex items-center gap-2 rounded-card border border-border bg-raised ps-4 pe-2 py-2 text-control text-text shadow-menu focus-ring"
        >
          <AriaToastContent className="min-w-0 flex-1 wrap-anywhere">
            <Text slot="title" className={toast.content.isError ? "text-danger" : ""}>
              {toast.content.text}
            </Text>
          </AriaToastContent>
          {[toast.content.next, toast.content.undo && { label: t("Undo"), run: toast.content.undo }].map((button) =>
            button === undefined ? null : (
              <Button
                key={button.label}
                isSmall
                variant="quiet"
                onPress={() => {
                  button.run();
                  queue.close(toast.key);
                }}
              >
                {button.label}
              </Button>
            ),
          )}
          <IconButton isSmall label={t("Close")} icon={<X />} onPress={() => queue.close(toast.key)} />
        </AriaToast>
      )}
    </AriaToastRegion>
  );
}
