import { useEffect, useState, useSyncExternalStore } from "react";
import { readWaitEnd, subscribeToWait } from "../../api/request-wait.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";

const SECOND_MS = 1000;

/** Says that the server limits the requests of the user, and how long the page waits. */
export function RequestWaitBanner() {
  const t = useText();
  const end = useSyncExternalStore(subscribeToWait, readWaitEnd);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (end === 0) return undefined;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, SECOND_MS);
    return () => clearInterval(timer);
  }, [end]);
  const seconds = Math.ceil((end - now) / SECOND_MS);
  if (end === 0 || now === 0 || seconds <= 0) return null;
  return (
    <div className="px-4 pt-2">
      <Banner kind="warning" title={t("Too many requests. Waiting {seconds} s.", { seconds: String(seconds) })} />
    </div>
  );
}
