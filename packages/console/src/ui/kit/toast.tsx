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
 * the page shows anyway. Returns a function that closes it.
 */
export function showToast(content: ToastContent): () => void {
  const key = queue.add(content, { timeout: content.isError ? ERROR_TIMEOUT_MS : TIMEOUT_MS });
  return () => queue.close(key);
}

/** Space between the toasts and what they stand above, in pixels. */
const TOAST_GAP = 8;
/** What stays in view at the foot of a page or layer, with its buttons. */
const FEET = "footer.sticky, [data-foot]";

const intersects = (first: DOMRect, second: DOMRect): boolean =>
  first.left < second.right && second.left < first.right && first.top < second.bottom && second.top < first.bottom;

/** Lifts the toasts above the feet that they would cover. They float over the rest, so that nothing moves. */
function liftRegion(region: HTMLElement): void {
  region.style.removeProperty("translate");
  const place = region.getBoundingClientRect();
  const feet = [...document.querySelectorAll(FEET)].filter((foot) => !region.contains(foot));
  let lift = 0;
  for (const foot of feet.map((element) => element.getBoundingClientRect()).sort((a, b) => b.top - a.top)) {
    const lifted = new DOMRect(place.x, place.y - lift, place.width, place.height);
    if (foot.height > 0 && intersects(lifted, foot)) lift = Math.max(lift, place.bottom - foot.top + TOAST_GAP);
  }
  if (lift > 0 && lift < place.top) region.style.translate = `0 ${-lift}px`;
}

let stopWatching: (() => void) | undefined;

/** Keeps the toasts above the feet while layers open and close. */
function watchRegion(region: HTMLElement | null): void {
  stopWatching?.();
  stopWatching = undefined;
  if (!region) return;
  let frame = 0;
  const lift = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => liftRegion(region));
  };
  const sizes = new ResizeObserver(lift);
  const layers = new MutationObserver(lift);
  sizes.observe(region);
  sizes.observe(document.body);
  layers.observe(document.body, { childList: true, subtree: true });
  stopWatching = () => {
    cancelAnimationFrame(frame);
    sizes.disconnect();
    layers.disconnect();
  };
}

/** The place of the toasts. The root layout has one. */
export function ToastRegion() {
  const t = useText();
  return (
    <AriaToastRegion
      ref={watchRegion}
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
